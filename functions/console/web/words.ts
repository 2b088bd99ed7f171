import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { computed, signal } from '@preact/signals';
import de from './words/de.ftl';
import en from './words/en.ftl';

/** The languages of the console, each with its texts. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
const TEXTS: Readonly<Record<Language, string>> = { en, de };

/** As the browser wants it: the first of its languages that there is. */
function preferred(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return wanted.find((tag): tag is Language => tag in LANGUAGES) ?? 'en';
}

export const language = signal<Language>(preferred());

const bundle = computed(() => {
  const made = new FluentBundle(language.value, { useIsolating: false });
  made.addResource(new FluentResource(TEXTS[language.value]));
  return made;
});

/** A text in the language of now. What has no text in it shows its name: a test looks for those. */
export function t(name: string, values?: Record<string, FluentVariable>): string {
  const pattern = bundle.value.getMessage(name)?.value;
  return pattern ? bundle.value.formatPattern(pattern, values) : name;
}

/** `a, b or c`, or with and. */
export function listed(items: readonly string[], type: 'conjunction' | 'disjunction'): string {
  return new Intl.ListFormat(language.value, { type }).format(items);
}

export const has = (name: string): boolean => bundle.value.hasMessage(name);
