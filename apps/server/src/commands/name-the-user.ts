/** What is wrong if a command on a user names none. */
export const nameTheUser =
  "Name the user by the sub of their tokens. In the log it is the userId of every line about them."
