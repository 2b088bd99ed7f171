import { type Command, InvalidArgumentError } from 'commander';

/** How fast a plan of any command is done. */
export interface PaceOptions {
  readonly rate?: number;
  readonly concurrency?: number;
}

export const withPace = (command: Command): Command =>
  command
    .option('--rate <number>', 'subscribers written per second, at most', positive)
    .option('--concurrency <number>', 'transactions under way at once', positive, 16);

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}
