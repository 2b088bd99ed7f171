import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../functions/admin/operations.ts';
import { FILE, printOpenApi, printTypes, TYPES } from '../../infra/build/openapi.ts';
import { described, document, violation } from './contract.ts';

describe('the OpenAPI document', () => {
  test('is current: npm run openapi', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(printOpenApi());
  });

  test('is what the console knows of the API', async () => {
    expect(readFileSync(TYPES, 'utf8')).toBe(await printTypes());
  });

  test('is OpenAPI 3.1, and describes each operation once', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(
      OPERATIONS.map(({ id }) => id).sort(),
    );
  });

  test('refers only to what it has', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((m) => m[1]);
    const missing = refs.filter(
      (ref) =>
        (ref as string)
          .split('/')
          .reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], document) ===
        undefined,
    );
    expect(missing).toEqual([]);
  });

  test('notices an answer that is not as it says', () => {
    const json = 'application/json';
    expect(violation('getSubscriber', 200, json, {})).toBeUndefined();
    expect(violation('getSubscriber', 200, json, { colour: 1 })).toContain('additional');
    expect(violation('getSubscriber', 418, json, {})).toContain('418');
    expect(violation('listPeerKeys', 200, json, { items: [{}] })).toContain('required');
  });
});
