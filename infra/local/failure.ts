/** What keeps a start from working, in one line that says what to do. Printed without a stack. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure';
}
