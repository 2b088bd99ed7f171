import { MAX_ACTIONS } from '../../store/transactions.ts';
import type { SubscriberStep } from './plan.ts';

/** An alias that goes from one subscriber to another. */
export interface Move {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Steps that belong together since names move between their subscribers; mostly a single step. */
export interface Unit {
  readonly steps: readonly SubscriberStep[];
  readonly moves: readonly Move[];
  /** Whether one transaction takes them all. */
  readonly fits: boolean;
}

/** The names that a subscriber has after their step. */
export const namesAfter = (step: SubscriberStep): readonly string[] =>
  step.kind === 'remove' ? [] : [step.user, ...step.next.compiled.aliases];

/** Puts together what must change in one transaction. */
export function unitsOf(steps: readonly SubscriberStep[]): Unit[] {
  const moves = movesOf(steps);
  const byUser = new Map(steps.map((step) => [step.user, step]));
  const neighbours = new Map<string, Move[]>();
  for (const move of moves) {
    for (const user of [move.from, move.to]) {
      neighbours.set(user, [...(neighbours.get(user) ?? []), move]);
    }
  }
  const done = new Set<string>();
  const units: Unit[] = [];
  for (const step of steps) {
    if (done.has(step.user)) continue;
    const users = new Set([step.user]);
    // A set that grows while it is walked is walked to its end.
    for (const user of users) {
      for (const { from, to } of neighbours.get(user) ?? []) users.add(from).add(to);
    }
    const members = [...users].flatMap((user) => byUser.get(user) ?? []);
    const inside = [...new Set([...users].flatMap((user) => neighbours.get(user) ?? []))];
    for (const user of users) done.add(user);
    units.push({ steps: members, moves: inside, fits: actions(members) <= MAX_ACTIONS });
  }
  return units;
}

/** DynamoDB takes 100 items and 4 MB; the more a transaction has, the sooner it collides. */
const BATCH = { actions: 75, bytes: 1 << 20 };

/** Puts small steps that have nothing to do with each other into one transaction: far fewer trips. */
export function* batchesOf(units: readonly Unit[]): Generator<Unit> {
  let steps: SubscriberStep[] = [];
  let used = { actions: 0, bytes: 0 };
  for (const unit of units) {
    if (unit.moves.length > 0 || !unit.fits) {
      yield unit;
      continue;
    }
    const needs = { actions: actions(unit.steps), bytes: bytes(unit.steps) };
    const full =
      used.actions + needs.actions > BATCH.actions || used.bytes + needs.bytes > BATCH.bytes;
    if (full && steps.length > 0) {
      yield { steps, moves: [], fits: true };
      steps = [];
      used = { actions: 0, bytes: 0 };
    }
    steps.push(...unit.steps);
    used = { actions: used.actions + needs.actions, bytes: used.bytes + needs.bytes };
  }
  if (steps.length > 0) yield { steps, moves: [], fits: true };
}

function movesOf(steps: readonly SubscriberStep[]): Move[] {
  const lost = new Map<string, string>();
  for (const step of steps) {
    const kept = new Set(namesAfter(step));
    for (const name of step.names) if (!kept.has(name)) lost.set(name, step.user);
  }
  return steps.flatMap((step) => {
    const had = new Set(step.names);
    return namesAfter(step).flatMap((name) => {
      const from = lost.get(name);
      return from === undefined || had.has(name) ? [] : [{ name, from, to: step.user }];
    });
  });
}

/** A record, a history entry and two of the directory for each, and every name once. */
const actions = (steps: readonly SubscriberStep[]): number =>
  4 * steps.length + new Set(steps.flatMap((step) => [...step.names, ...namesAfter(step)])).size;

/** About what is written: everybody whole under each name, in their record and in the history. */
const bytes = (steps: readonly SubscriberStep[]): number =>
  steps.reduce((sum, step) => {
    const copies = 2 + namesAfter(step).length;
    return sum + copies * JSON.stringify(step.kind === 'remove' ? step.before : step.next).length;
  }, 0);
