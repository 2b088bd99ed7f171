import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';

/** Seconds to load and start, so there is one for all templates of a test file. */
const engine = new RegoEngine();

/**
 * What AWS's own validator finds in a CloudFormation template; empty where all is well. As strict
 * as it can be, but for two rules that osls itself offends against: W3005, a DependsOn that a
 * reference implies, and W3011, its bucket without a DeletionPolicy; and W9013, an account in an ARN,
 * as a permissions boundary is given by one.
 */
export function validate(template: string): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'divert-template-'));
  try {
    const file = join(dir, 'template.json');
    writeFileSync(file, template);
    const report = engine.validateStandard(new TemplateFile(file), {
      strict: true,
      severityLevel: 'WARN',
      exclude: { ids: ['W3005', 'W3011', 'W9013'] },
    });
    const findings = report.diagnostics.map(
      ({ ruleId, entity, message }) => `${ruleId} ${entity?.logicalId}: ${message}`,
    );
    return report.status === 'OK' ? findings : [`validation: ${report.status}`, ...findings];
  } finally {
    rmSync(dir, { recursive: true });
  }
}
