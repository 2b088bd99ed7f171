import type { DialPlan } from '../../../functions/decide/model.ts';
import { compile } from '../../../functions/rules/compile.ts';
import { readNumber } from '../../../functions/rules/numbering/number.ts';
import { dialPlanOf, premiumPrefixes } from '../../../functions/rules/numbering/numbering-plan.ts';
import { pointerKeys } from '../../../functions/rules/source/fault.ts';
import { IMPORTED_TRIGGERS, type Imported, type ImportedUser, type Loss } from './imported.ts';

/** Whose document it becomes. */
export interface Into {
  readonly domain: string;
  /** ISO 3166 code: how numbers were dialled there. */
  readonly country?: string;
}

interface Rule {
  readonly name: string;
  readonly when: string;
  readonly [key: string]: unknown;
}
interface Subscriber {
  aliases?: string[];
  rules?: Rule[];
}

/** Seconds of ringing that rules may have. */
const RING = { least: 5, most: 180 };

/**
 * A document that says what was imported and holds: whatever does not is left out and told. It
 * allows just the numbers that calls are forwarded to today.
 */
export function assemble(imported: Imported, into: Into): { document: object; losses: Loss[] } {
  const losses = [...imported.losses];
  const plan = into.country === undefined ? undefined : dialPlanOf(into.country);
  const known = new Set(imported.users.map(({ user }) => user));
  const allowed = new Set<string>();
  const subscribers: Record<string, Subscriber> = {};
  const sources = new Map<string, ImportedUser>();
  const lose = (at: { file: string; line: number }, why: string): void => {
    losses.push({ file: at.file, line: at.line, why });
  };

  for (const one of imported.users) {
    const { user } = one;
    if (Object.hasOwn(subscribers, user)) {
      lose(one, `${user} stands here twice: the first counts`);
      continue;
    }
    sources.set(user, one);
    const target = (text: string, at: { file: string; line: number }): string[] => {
      const number = text.replace(/#$/, '');
      if (known.has(number)) return [number];
      const read = e164(number, plan);
      if (read === undefined) {
        lose(
          at,
          `${user}: '${text}' is no user and no number${plan ? ` of ${into.country}` : ': give --country'}`,
        );
        return [];
      }
      if (premiumPrefixes([read]).some((prefix) => read.startsWith(prefix))) {
        lose(at, `${user}: '${text}' is a premium-rate number: add it, and allow it, by hand`);
        return [];
      }
      allowed.add(read);
      return [read];
    };
    const aliases = one.numbers.flatMap((text) => {
      const number = e164(text, plan) ?? (/^\d{1,7}$/.test(text) ? text : undefined);
      if (number === undefined) lose(one, `${user}: '${text}' is no number that is known`);
      return number === undefined || number === user ? [] : [number];
    });
    subscribers[user] = {
      ...(aliases.length > 0 && { aliases }),
      ...rulesOf(one, target, lose),
    };
  }

  const document = {
    domain: into.domain,
    ...(into.country !== undefined && { country: into.country }),
    targets: { allow: [`@${into.domain}`, ...[...allowed].sort()] },
    subscribers,
  };
  leaveOutFaults(document, sources, lose);
  return { document, losses: losses.toSorted((a, b) => a.line - b.line) };
}

function rulesOf(
  one: ImportedUser,
  target: (text: string, at: { file: string; line: number }) => string[],
  lose: (at: { file: string; line: number }, why: string) => void,
): { rules?: Rule[] } {
  const rules: Rule[] = [];
  if (one.dnd) rules.push({ name: 'do-not-disturb', when: 'always', reject: 486 });
  let { ring } = one;
  if (ring !== undefined && (ring < RING.least || ring > RING.most)) {
    const nearest = Math.min(RING.most, Math.max(RING.least, ring));
    lose(one, `${one.user}: ${ring} s of ringing become ${nearest}`);
    ring = nearest;
  }
  for (const trigger of IMPORTED_TRIGGERS) {
    const forward = one.forwards[trigger];
    const to = forward?.to.flatMap((text) => target(text, forward)) ?? [];
    if (to.length === 0) continue;
    rules.push({
      ...{ name: trigger, when: trigger },
      ...(trigger === 'no-answer' && ring !== undefined && { after: ring }),
      forward: to.length === 1 ? to[0] : to.slice(0, 10),
    });
    if (forward && to.length > 10)
      lose(forward, `${one.user}: of ${to.length} targets ten are kept`);
  }
  return rules.length > 0 ? { rules } : {};
}

/** A number as E.164, or undefined where it is none that is known for certain. */
function e164(text: string, plan: DialPlan | undefined): string | undefined {
  const read = readNumber(text.replace(/^tel:/i, ''), plan);
  if (typeof read !== 'object' || !read.number.startsWith('+')) return undefined;
  // Without a country, only what is written as an international number is one.
  return plan === undefined && !/^(?:\+|00)/.test(text.trim()) ? undefined : read.number;
}

/** Takes out what a check finds, until it finds nothing: an alias, a rule, or who is left of it. */
function leaveOutFaults(
  document: { subscribers: Record<string, Subscriber> },
  sources: ReadonlyMap<string, ImportedUser>,
  lose: (at: { file: string; line: number }, why: string) => void,
): void {
  const { subscribers } = document;
  for (;;) {
    const { problems } = compile(document, { now: 0 });
    const found = problems.find(({ pointer }) => pointer.startsWith('/subscribers/'));
    if (!found) return;
    const [, user = '', part, index] = pointerKeys(found.pointer);
    const subscriber = subscribers[user];
    const source = sources.get(user);
    if (!subscriber || !source) return;
    lose(source, `${user}: ${found.message}; left out`);
    const list = part === 'rules' || part === 'aliases' ? subscriber[part] : undefined;
    if (list && index !== undefined) list.splice(Number(index), 1);
    else if (part === undefined && subscriber.rules?.length) delete subscriber.rules;
    else delete subscribers[user];
    if (list?.length === 0) delete subscriber[part as 'rules'];
  }
}
