import type { DoNotDisturb, Rule } from '../decide/model.ts';
import { parseInstant } from './calendars/zone.ts';
import type { Directory } from './directory.ts';
import { isObject } from './schema/is-object.ts';
import { either, flag, type Infer, integer, named, object, text } from './schema/schema.ts';
import { pointerTo, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';
import { compileTarget, shownTarget, type TargetContext } from './target.ts';

/** What a subscriber may set to forward from their phone, each a trigger of the same name. */
export const PHONE_FEATURES = ['always', 'busy', 'no-answer', 'unreachable'] as const;
export type PhoneFeature = (typeof PHONE_FEATURES)[number];

/** Where calls go, and whether they go there now. */
export interface PhoneSetting {
  /** A user of the domain, a number or a SIP address. */
  readonly to: string;
  /** false: off, and `to` is kept. */
  readonly active: boolean;
  /** When it ends, in the subscriber's zone: `2026-12-01T17:00`. */
  readonly until?: string;
  /** Seconds of ringing; counts for `no-answer`. */
  readonly after?: number;
}

/** A subscriber's phone settings as the API shows them and as they are stored. */
export interface PhoneSettings extends Readonly<Partial<Record<PhoneFeature, PhoneSetting>>> {
  readonly dnd?: { readonly active: boolean; readonly until?: string };
}

const until = text({
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?$/u,
  what: 'a date and time like 2026-12-01T17:00',
  description: 'When it ends by itself: local time of the subscriber.',
  examples: ['2026-12-01T17:00'],
});
const active = flag({ description: 'false: off, and the rest is kept. Default: true.' });
const TO = {
  max: 256,
  description: 'A user of the domain, a number or a SIP address.',
  examples: ['carol', '+49301234567'],
};
const setting = named(
  'phoneSetting',
  either(
    text(TO),
    object(
      {
        to: text(TO),
        active,
        until,
        after: integer(5, 180, {
          description: "For no-answer: seconds of ringing. Default: the domain's ringSeconds.",
        }),
      },
      { required: ['to'] },
    ),
    { description: 'Where calls go. A text alone: there, from now on.' },
  ),
);

/** Phone settings as they are sent; the text `ann` stands for `{ to: ann, active: true }`. */
export const phoneShape = object(
  {
    always: setting,
    busy: setting,
    'no-answer': setting,
    unreachable: setting,
    dnd: object(
      { active, until },
      { description: 'Do not disturb: calls are answered as if the phone were busy.' },
    ),
  },
  {
    description:
      'What the subscriber set from their phone or for it, which stands before their rules. Absent: not set.',
  },
);
/** Definitions that the JSON Schema of phone settings refers to. */
export const phoneDefinitions = setting.definition;

type Given = Infer<typeof phoneShape>;
type GivenSetting = NonNullable<Given[PhoneFeature]>;

/** Why a setting cannot be, where it names the subscriber. */
export const IS_SELF = 'is the subscriber themselves';

export interface PhoneContext {
  readonly policy: TargetContext['policy'];
  readonly directory: Directory;
  /** The subscriber's own identities. */
  readonly own: readonly string[];
  /** The subscriber's zone. */
  readonly timezone: string;
  readonly report: Report;
}

/** Phone settings as they are stored: what people see, and what calls are decided by. */
export interface CompiledPhone {
  readonly settings: PhoneSettings;
  /** One for each that forwards. */
  readonly rules: readonly Rule[];
  readonly dnd?: DoNotDisturb;
}

/** Without what was sent as null, which forgets a setting. */
export function withoutNulls(settings: unknown): unknown {
  if (!isObject(settings)) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

/**
 * Compiles phone settings. One that is off is kept as it was written and judged when it is switched
 * on again, so that what is no target any more stands in nobody's way.
 */
export function compilePhone(given: WithoutFaults<Given>, context: PhoneContext): CompiledPhone {
  const settings: Partial<Record<PhoneFeature, PhoneSetting>> = {};
  const rules: Rule[] = [];
  for (const feature of PHONE_FEATURES) {
    const source = given[feature];
    if (source === undefined) continue;
    const [setting, rule] = compileSetting(feature, source as GivenSetting, context);
    if (setting) settings[feature] = setting;
    if (rule) rules.push(rule);
  }
  const { dnd } = given;
  if (dnd === undefined) return { settings, rules };
  const { active = true } = dnd;
  const end = endOf('/dnd/until', dnd.until, context);
  return {
    settings: {
      ...settings,
      dnd: { active, ...(dnd.until !== undefined && { until: dnd.until }) },
    },
    rules,
    ...(active && { dnd: end === undefined ? {} : { until: end } }),
  };
}

function compileSetting(
  feature: PhoneFeature,
  source: GivenSetting,
  context: PhoneContext,
): [PhoneSetting?, Rule?] {
  const { policy, own, report } = context;
  const short = typeof source === 'string';
  const { to, active = true, until, after } = short ? { to: source } : source;
  if (to === undefined) return [];
  const end = endOf(`${pointerTo('', feature)}/until`, until, context);
  const target = compileTarget(to, context);
  const setting = {
    to: typeof target === 'string' ? to : shownTarget(target, policy.domain),
    active,
    ...(until !== undefined && { until }),
    ...(after !== undefined && { after }),
  };
  if (!active) return [setting];
  const pointer = pointerTo('', feature) + (short ? '' : '/to');
  if (typeof target === 'string') report(pointer, target);
  else if (own.includes(target.identity)) report(pointer, IS_SELF);
  else {
    const rule = {
      ...{ name: `phone-${feature}`, when: [feature], forward: [target] },
      ...(end !== undefined && { until: end }),
      ...(feature === 'no-answer' && after !== undefined && { after }),
    };
    return [setting, rule];
  }
  return [setting];
}

function endOf(
  pointer: string,
  text: string | undefined,
  { timezone, report }: PhoneContext,
): number | undefined {
  const end = text === undefined ? undefined : parseInstant(text, timezone);
  if (text !== undefined && end === undefined) report(pointer, `there is no time ${quoted(text)}`);
  return end;
}

/** A setting that was on and is no more, because its target is none any longer. */
export interface FallenSetting {
  readonly feature: PhoneFeature;
  readonly to: string;
  readonly why: string;
}

/**
 * Compiles stored phone settings anew, among other names and another policy. Those whose target is
 * none any longer are switched off and keep it.
 */
export function refitPhone(
  settings: PhoneSettings,
  context: Omit<PhoneContext, 'report'>,
): CompiledPhone & { readonly fallen: readonly FallenSetting[] } {
  const why = new Map<string, string>();
  const report: Report = (pointer, message) => void why.set(pointer, message);
  const compiled = compilePhone(settings, { ...context, report });
  const fallen = PHONE_FEATURES.flatMap((feature) => {
    const message = why.get(`/${feature}/to`);
    const to = settings[feature]?.to;
    return message === undefined || to === undefined ? [] : [{ feature, to, why: message }];
  });
  const off = Object.fromEntries(
    fallen.map(({ feature }) => [feature, { ...compiled.settings[feature], active: false }]),
  );
  return { ...compiled, settings: { ...compiled.settings, ...off }, fallen };
}
