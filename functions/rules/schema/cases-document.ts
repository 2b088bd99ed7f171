import {
  choice,
  either,
  flag,
  type Infer,
  integer,
  list,
  object,
  oneOrMany,
  record,
  text,
} from './schema.ts';

/** A file of cases: calls, and what the rules are to make of them (`divert test`). */

const outcome = either(
  integer(100, 699, { description: 'How the phone ended: 486, 404, 408 (after ringing) …' }),
  object(
    {
      status: integer(100, 699, { description: 'The SIP status.' }),
      ringing: flag({ description: 'A 180 or 183 was seen. Default: false.' }),
      contacts: oneOrMany(text({ max: 2048 }), {
        description: "The Contact values of the phone's own 3xx.",
      }),
      headers: record(
        oneOrMany(text({ max: 8192 })),
        { pattern: /^\S+$/u, what: 'a header name' },
        {
          description: "The phone's own Diversion, History-Info and Reason.",
        },
      ),
    },
    { required: ['status'] },
  ),
  { description: "How the called phone's leg ended. Absent: it has not been asked yet." },
);

const ruleCase = object(
  {
    name: text({ max: 200, description: 'What the case is about, in words.' }),
    at: text({
      max: 40,
      description: "When, like 2026-12-24T18:00 in the domain's time zone. Default: now.",
    }),
    from: text({ max: 256, description: 'Who calls: alice, +49171…, a SIP address, anonymous.' }),
    to: text({ max: 256, description: 'Who is called: bob, a number, a SIP address.' }),
    outcome,
    headers: record(
      oneOrMany(text({ max: 8192 })),
      { pattern: /^\S+$/u, what: 'a header name' },
      {
        description: 'SIP headers of the INVITE.',
      },
    ),
    source: text({ max: 64, description: 'The address that the INVITE came from.' }),
    switches: list(text({ max: 64 }), {
      description:
        'The switches of the domain that are on; the others are off. Default: as they are, which is off where there is no table.',
    }),
    peer: text({ max: 64, description: 'The peer that asks, where a peers file is given.' }),
    expect: object(
      {
        action: choice(['redirect', 'continue', 'reject'], { noun: 'action' }),
        to: oneOrMany(text({ max: 256 }), {
          description: 'Where it goes: the best target, or a list of all, best first.',
        }),
        rule: text({ max: 64, description: 'The rule that decides.' }),
        status: integer(300, 699, { description: 'The SIP status.' }),
      },
      { required: ['action'], description: 'What the rules are to make of it.' },
    ),
  },
  { required: ['name', 'from', 'to', 'expect'] },
);

export const casesShape = object(
  { cases: list(ruleCase, { description: 'Calls, each decided by itself.' }) },
  { required: ['cases'] },
);

/** A call, and what is to become of it, as written. */
export type RuleCase = Infer<typeof ruleCase>;
