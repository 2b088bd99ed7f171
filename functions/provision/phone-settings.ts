import { hostOf } from '../decide/identity.ts';
import type { Rule, Target } from '../decide/model.ts';
import { type Infer, object, text } from '../rules/schema/schema.ts';

/** What a subscriber may set from his phone, each a trigger of the same name. */
export const PHONE_FEATURES = ['always', 'busy', 'no-answer'] as const;
export type PhoneFeature = (typeof PHONE_FEATURES)[number];

const to = (when: string) =>
  text({
    max: 256,
    description: `Where calls go ${when}: a user of the domain, a number or a SIP address. Absent: off.`,
  });

/** Phone settings as the API shows them: where each forwards to. */
export const phoneShape = object(
  { always: to('always'), busy: to('when busy'), 'no-answer': to('on no answer') },
  { description: 'What the subscriber set by feature code, which stands before his rules.' },
);
export type PhoneSettings = Infer<typeof phoneShape>;

const ruleName = (feature: PhoneFeature): string => `phone-${feature}`;

/** The rule that a phone setting is stored as. */
export function phoneRule(feature: PhoneFeature, target: Target): Rule {
  return { name: ruleName(feature), when: [feature], forward: [target] };
}

/** A subscriber's phone settings with one of them set, or switched off. */
export function withPhoneSetting(
  phone: readonly Rule[],
  feature: PhoneFeature,
  target: Target | undefined,
): Rule[] {
  const rules = new Map(phone.map((rule) => [rule.name, rule]));
  if (target) rules.set(ruleName(feature), phoneRule(feature, target));
  else rules.delete(ruleName(feature));
  return PHONE_FEATURES.flatMap((each) => rules.get(ruleName(each)) ?? []);
}

/** What a subscriber's stored phone settings say. */
export function phoneSettingsOf(phone: readonly Rule[], domain: string): PhoneSettings {
  return Object.fromEntries(
    PHONE_FEATURES.flatMap((feature) => {
      const rule = phone.find(({ name }) => name === ruleName(feature));
      const target = rule && 'forward' in rule ? rule.forward[0] : undefined;
      return target && !('self' in target) ? [[feature, shownTarget(target, domain)]] : [];
    }),
  );
}

/** A target as a person would write it. */
export function shownTarget({ identity, uri }: Target, domain: string): string {
  const host = hostOf(identity);
  if (host === undefined) return identity;
  return host === domain ? identity.slice(0, -host.length - 1) : uri;
}
