/** What keeps a command from its work, in words that say what to do. Printed without a stack. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** How a command ends, for scripts: as `terraform plan -detailed-exitcode` has it. */
export const EXIT = { done: 0, failed: 1, changes: 2, interrupted: 130 } as const;

/** An error in one line for people, whoever threw it. */
export function explained(error: unknown): string {
  const { name, message, code, stack } = error as NodeJS.ErrnoException;
  if (process.env.DIVERT_DEBUG) return stack ?? String(error);
  if (code === 'ECONNREFUSED') {
    return 'the database does not answer: is `npm start` still running, and is this its checkout?';
  }
  if (
    code === 'ENOTFOUND' ||
    code === 'EAI_AGAIN' ||
    code === 'ENETUNREACH' ||
    code === 'ETIMEDOUT'
  ) {
    return `AWS can't be reached (${firstLine(message)}): is there a network, and is the region right?`;
  }
  if (/^Region is missing/.test(message)) {
    return 'no AWS region is set: give --region, or set AWS_REGION';
  }
  if (name === 'CredentialsProviderError') {
    return `no AWS credentials: log in, or set AWS_PROFILE (${firstLine(message)})`;
  }
  if (name === 'ExpiredToken' || name === 'ExpiredTokenException') {
    return 'the AWS credentials have expired: log in again';
  }
  if (name === 'AccessDeniedException' || name === 'AccessDenied') {
    return `AWS does not permit this: ${firstLine(message)}`;
  }
  if (name === 'ResourceNotFoundException') return 'the table is not there: is the stage deployed?';
  // Ours have a line for each mistake.
  if (error instanceof Failure || name === 'OwnRulesBroken') return message;
  return firstLine(message) || name || String(error);
}

/** Messages of others may have details that only a developer wants. */
const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;
