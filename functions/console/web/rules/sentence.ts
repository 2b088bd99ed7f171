import type { Rule } from '../api.ts';
import { plain } from '../fate.ts';
import { has, listed, t } from '../words.ts';

const many = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** A rule as a person would say it: `When busy, from family: goes to carol, then to +49…` */
export function ruleSentence(rule: Rule): string {
  const when = listed(
    many(rule.when).map((trigger) => t(`when-${trigger}`)),
    'disjunction',
  );
  return t('rule-sentence', {
    when,
    conditions: conditions(rule)
      .map((one) => `, ${one}`)
      .join(''),
    action: actionText(rule),
  });
}

export function actionText({ forward, reject, continue: rings }: Rule): string {
  if (forward !== undefined) {
    const targets = many(forward).map((target) =>
      typeof target === 'string' ? named(target) : named(target.to),
    );
    return t('action-forward', { targets: listed(targets, 'disjunction') });
  }
  if (reject !== undefined) return t('action-reject', { status: String(reject) });
  return rings ? t('action-continue') : '';
}

const named = (target: string): string => (target === 'self' ? t('target-self') : plain(target));

function conditions(rule: Rule): string[] {
  const texts: string[] = [];
  const say = (name: string, list: string): void => {
    if (list !== '') texts.push(t(name, { list }));
  };
  if (rule.after !== undefined) texts.push(t('rule-after', { seconds: rule.after }));
  say('rule-callers', words(many(rule.callers)));
  say('rule-called', words(many(rule.called)));
  for (const schedule of many(rule.schedule)) texts.push(scheduleText(schedule));
  for (const name of many(rule.switch)) texts.push(switchText(name));
  if (rule.diverted !== undefined)
    texts.push(t(rule.diverted ? 'rule-diverted' : 'rule-undiverted'));
  say('rule-via', listed(many(rule.via), 'disjunction'));
  if (rule.from !== undefined) texts.push(t('rule-from', { time: rule.from.replace('T', ' ') }));
  if (rule.until !== undefined) texts.push(t('rule-until', { time: rule.until.replace('T', ' ') }));
  return texts;
}

const words = (entries: readonly string[]): string =>
  listed(
    entries.map((entry) => {
      const not = /^not\s+/.test(entry);
      const name = entry.replace(/^not\s+/, '');
      const text = has(`callers-${name}`) ? t(`callers-${name}`) : plain(name);
      return not ? t('not', { what: text }) : text;
    }),
    'disjunction',
  );

const bare = (name: string): string => name.replace(/^not\s+/, '');
const scheduleText = (name: string): string =>
  t(name === bare(name) ? 'rule-during' : 'rule-outside', { name: bare(name) });
const switchText = (name: string): string =>
  t(name === bare(name) ? 'rule-switch-on' : 'rule-switch-off', { name: bare(name) });
