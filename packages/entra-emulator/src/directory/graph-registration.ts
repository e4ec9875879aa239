import { type AppRegistration, appSchema } from "./app-registration.ts"
import { graphClientId } from "./well-known-ids.ts"

/** The OpenID Connect scopes, which belong to Graph in Entra. */
export const oidcScopes = ["openid", "profile", "email", "offline_access"] as const

/** Microsoft Graph as a registration: multi-tenant, with v1.0 tokens and its most used scopes. */
export function graphRegistration(msgraphHost: string): AppRegistration {
  const user = (value: string, description: string) => ({ value, description })
  const admin = (value: string, description: string) => ({ value, description, adminOnly: true })
  return appSchema.parse({
    clientId: graphClientId,
    name: "Microsoft Graph",
    tenantId: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    signInAudience: "AzureADandPersonalMicrosoftAccount",
    identifierUris: [`https://${msgraphHost}`],
    requestedAccessTokenVersion: 1,
    appRoles: [
      "User.Read.All",
      "Directory.Read.All",
      "Mail.Read",
      "GroupMember.Read.All",
      "Application.Read.All",
    ],
    scopes: [
      user("openid", "Sign you in"),
      user("profile", "View your basic profile"),
      user("email", "View your email address"),
      user("offline_access", "Maintain access to data you have given it access to"),
      user("User.Read", "Sign you in and read your profile"),
      user("User.ReadBasic.All", "Read all users' basic profiles"),
      user("User.ReadWrite", "Read and update your profile"),
      admin("User.Read.All", "Read all users' full profiles"),
      admin("User.RevokeSessions.All", "Revoke all sign-in sessions of users"),
      user("Mail.Read", "Read your mail"),
      user("Mail.ReadWrite", "Read and write your mail"),
      user("Mail.Send", "Send mail as you"),
      user("Calendars.Read", "Read your calendars"),
      user("Calendars.ReadWrite", "Read and write your calendars"),
      user("Contacts.Read", "Read your contacts"),
      user("Files.Read", "Read your files"),
      user("Files.ReadWrite", "Read and write your files"),
      user("Files.Read.All", "Read all files that you can read"),
      user("Sites.Read.All", "Read items in all site collections"),
      user("Tasks.ReadWrite", "Read and write your tasks"),
      user("People.Read", "Read your relevant people list"),
      user("Chat.Read", "Read your chat messages"),
      user("Team.ReadBasic.All", "Read the names and descriptions of teams"),
      user("Notes.Read", "Read your notebooks"),
      user("Presence.Read", "Read your presence"),
      admin("Group.Read.All", "Read all groups"),
      admin("GroupMember.Read.All", "Read group memberships"),
      admin("Directory.Read.All", "Read directory data"),
      admin("Directory.ReadWrite.All", "Read and write directory data"),
    ],
  })
}
