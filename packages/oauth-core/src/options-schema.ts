import { despiteOtherProblems } from "@doorward/boundary"
import { z } from "zod"
import { fields } from "./option-fields.ts"
import {
  checkDevices,
  checkIssuers,
  checkPrograms,
  checkResources,
} from "./options-cross-checks.ts"

/** The options of `oauthProxy`. */
export const optionsSchema = z
  .strictObject(fields)
  .superRefine(checkResources, despiteOtherProblems)
  .superRefine(checkPrograms, despiteOtherProblems)
  .superRefine(checkIssuers, despiteOtherProblems)
  .superRefine(checkDevices, despiteOtherProblems)
