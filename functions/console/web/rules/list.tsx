import type { Rule } from '../api.ts';
import { t } from '../words.ts';
import { ruleSentence } from './sentence.ts';

/** Rules in their order, each a sentence with its name. */
export function RuleList({
  rules,
  none,
}: {
  readonly rules: readonly Rule[];
  readonly none: string;
}) {
  if (rules.length === 0) return <p>{none}</p>;
  return (
    <ol class="rules">
      {rules.map((rule, i) => (
        <li key={i} class={rule.enabled === false ? 'off' : ''}>
          <b>{rule.name ?? t('unnamed')}</b>
          {rule.enabled === false && <span class="tag">{t('rule-off')}</span>} {ruleSentence(rule)}
        </li>
      ))}
    </ol>
  );
}
