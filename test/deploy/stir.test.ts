import { beforeAll, expect, test } from 'vitest';
import { packageService, type Template } from './package.ts';

let template: Template;
beforeAll(async () => {
  template = (await packageService({ stirKeys: 'carrier other' })).template;
}, 120_000);

const properties = (name: string) => template.Resources[name]?.Properties as Record<string, never>;

test('the functions that answer know the keys by which diversions are signed, and may read them', () => {
  for (const name of ['RouteLambdaFunction', 'DialectLambdaFunction']) {
    expect(properties(name)?.Environment).toMatchObject({
      Variables: {
        DIVERT_TABLE: 'divert-dev',
        DIVERT_SECRETS: '/divert/dev/',
        DIVERT_STIR_KEYS: 'carrier other',
      },
    });
  }
  expect(properties('ExplainLambdaFunction')?.Environment).not.toHaveProperty(
    'Variables.DIVERT_STIR_KEYS',
  );
  expect(properties('StirKeys')).toMatchObject({
    Roles: [{ Ref: 'RouteRole' }, { Ref: 'DialectRole' }],
    PolicyDocument: { Statement: [{ Action: 'ssm:GetParameter' }] },
  });
});

test('without keys the functions are as they were', async () => {
  ({ template } = await packageService());
  expect(properties('RouteLambdaFunction')?.Environment).not.toHaveProperty(
    'Variables.DIVERT_SECRETS',
  );
  expect(properties('DialectLambdaFunction')?.Environment).toMatchObject({
    Variables: { DIVERT_TABLE: 'divert-dev', DIVERT_SECRETS: '/divert/dev/' },
  });
  expect(template.Resources.StirKeys).toBeUndefined();
}, 120_000);
