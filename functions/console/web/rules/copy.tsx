import { useSignal } from '@preact/signals';
import { t } from '../words.ts';
import { toYaml } from './yaml.ts';

/** Rules as they stand in a document, to be put where they are kept as code. */
export function CopyYaml({ value }: { readonly value: unknown }) {
  const copied = useSignal(false);
  const text = toYaml(value);
  return (
    <details>
      <summary>{t('yaml')}</summary>
      <pre>{text}</pre>
      <button
        type="button"
        onClick={async () => {
          await navigator.clipboard.writeText(text);
          copied.value = true;
        }}
      >
        {t('yaml-copy')}
      </button>{' '}
      <span role="status">{copied.value ? t('yaml-copied') : ''}</span>
    </details>
  );
}
