import { randomBytes, randomInt } from "node:crypto"
import { ExpiringMap } from "./expiring-map.ts"
import type { Grant } from "./grants.ts"

/** In milliseconds. */
export const deviceCodeLifetime = 900_000
/** Letters and digits that are not easily confused. */
const alphabet = "BCDFGHJKLMNPQRSTVWXYZ23456789"

/** A device that waits for its user (RFC 8628). */
export interface Device {
  deviceCode: string
  userCode: string
  clientId: string
  /** The path's tenant. */
  authority: string
  scope: string
  issuedAt: number
  state: { kind: "pending" } | { kind: "declined" } | { kind: "approved"; grant: Grant }
}

/** The devices that wait for their users. */
export class Devices {
  readonly #devices: ExpiringMap<Device>
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.#devices = new ExpiringMap(2 * deviceCodeLifetime, now)
  }

  start(clientId: string, authority: string, scope: string): Device {
    const device: Device = {
      deviceCode: randomBytes(48).toString("base64url"),
      userCode: Array.from({ length: 9 }, () => alphabet[randomInt(alphabet.length)]).join(""),
      clientId,
      authority,
      scope,
      issuedAt: this.#now(),
      state: { kind: "pending" },
    }
    this.#devices.set(device.deviceCode, device)
    return device
  }

  byDeviceCode(deviceCode: string): Device | undefined {
    return this.#devices.get(deviceCode)
  }

  /** The device with this user code, if it still waits for its user. */
  byUserCode(userCode: string): Device | undefined {
    const device = this.#devices
      .values()
      .find((candidate) => candidate.userCode === userCode.trim().toUpperCase())
    return device && device.state.kind === "pending" && !this.isExpired(device) ? device : undefined
  }

  isExpired(device: Device): boolean {
    return this.#now() >= device.issuedAt + deviceCodeLifetime
  }

  approve(userCode: string, grant: Grant): void {
    const device = this.byUserCode(userCode)
    if (device) device.state = { kind: "approved", grant }
  }

  decline(userCode: string): void {
    const device = this.byUserCode(userCode)
    if (device) device.state = { kind: "declined" }
  }

  forget(device: Device): void {
    this.#devices.delete(device.deviceCode)
  }
}
