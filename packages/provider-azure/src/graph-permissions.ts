/**
 * The subjects of Microsoft Graph's delegated permissions: their names up to the first dot.
 *
 * Entra ID takes a scope without a prefix for Graph's, while most people mean their own API. These names
 * decide: `User.Read` is Graph's, `tools.read` and `user.read` are the API's. If an API has a scope of
 * such a name, or Graph gets one that is not listed here, the full form (`api://…/Files.Read`) is clear.
 */
const graphSubjects: ReadonlySet<string> = new Set(
  `AccessReview AdministrativeUnit Agreement AgreementAcceptance AppCatalog Application Approval
  AuditLog Bookings BitlockerKey Calendars CallRecordings Channel ChannelMember ChannelMessage
  ChannelSettings Chat ChatMember ChatMessage CloudPC ConsentRequest Contacts Device
  DeviceManagementApps DeviceManagementConfiguration DeviceManagementManagedDevices Directory Domain
  EAS EWS EduAssignments EduRoster EntitlementManagement ExternalConnection ExternalItem Family Files
  Financials Group GroupMember IMAP IdentityProvider IdentityRiskEvent IdentityRiskyUser
  InformationProtectionPolicy Mail MailboxSettings Member Notes Notifications OnlineMeetings
  OnlineMeetingArtifact OnlineMeetingRecording OnlineMeetingTranscript OrgContact Organization POP
  People PeopleSettings Place Policy Presence PrintJob Printer PrivilegedAccess Reports
  RoleManagement SMTP Schedule SecurityAlert SecurityEvents SecurityIncident ServiceHealth
  ServiceMessage ShortNotes Sites Subscription Tasks Team TeamMember TeamSettings TeamsActivity
  TeamsApp TeamsAppInstallation TeamsTab TermStore User UserActivity UserAuthenticationMethod
  UserNotification VirtualAppointment`.split(/\s+/),
)

/** Whether a scope without a prefix is a permission of Microsoft Graph. */
export function isGraphPermission(scope: string): boolean {
  const dot = scope.indexOf(".")
  return dot > 0 && graphSubjects.has(scope.slice(0, dot))
}
