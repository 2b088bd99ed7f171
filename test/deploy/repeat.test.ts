import { beforeAll, expect, test } from 'vitest';
import { packageService, type Resource, type Template } from './package.ts';

/*
 * A first deployment that fails must leave nothing that blocks the next. CloudFormation takes away
 * what it made, but not a table under deletion protection: so the table is made when all else is.
 */

let template: Template;
beforeAll(async () => {
  template = (
    await packageService({
      chimePeer: 'a'.repeat(64),
      domainName: 'divert.example.com',
      certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1234',
      alarmEmail: 'ops@example.com',
      jwtIssuer: 'https://id.example.com/',
      jwtAudience: 'divert',
      functionUrl: 'on',
      accessLog: 'on',
      events: 'on',
      reservedConcurrency: 10,
    })
  ).template;
});

/** What a resource waits for: DependsOn, and whatever it refers to. */
function needs({ DependsOn = [], ...rest }: Resource): string[] {
  const text = JSON.stringify(rest);
  const named = [
    ...text.matchAll(/"Ref":"(\w+)"/g),
    ...text.matchAll(/"Fn::GetAtt":\["(\w+)"/g),
    ...text.matchAll(/\$\{(\w+)(?:\.\w+)?\}/g),
  ].map(([, name]) => name as string);
  return [DependsOn, named].flat(2);
}

test('the table is made after everything else', () => {
  const before = new Set<string>();
  const add = (name: string): void => {
    const resource = template.Resources[name];
    if (!resource || before.has(name)) return;
    before.add(name);
    for (const other of needs(resource)) add(other);
  };
  add('Table');
  const later = Object.keys(template.Resources).filter((name) => !before.has(name));
  // Of each integration one route is waited for; the others have nothing of their own.
  expect(later.filter((name) => !/^HttpApiRoute/.test(name))).toEqual([
    'ServerlessDeploymentBucketPolicy',
    // It reads the table's stream, so that it cannot be made before.
    'ChangesSource',
  ]);
});

test('what is left of a deployment that made it is taken away again', () => {
  expect(template.Resources.Table?.DeletionPolicy).toBe('RetainExceptOnCreate');
  const kept = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) =>
    /^Retain/.test(DeletionPolicy ?? ''),
  );
  // Versions of functions have no name that could be in the way.
  expect(kept.map(([name]) => name).filter((name) => !/LambdaVersion/.test(name))).toEqual([
    'Table',
  ]);
});
