import type { SourceFile } from './source-file.ts';

/** Files put together by the domain that they are for: each group is one document. */
export function byDomain(files: readonly SourceFile[]): SourceFile[][] {
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    const domain = domainIn(file.text);
    groups.set(domain, [...(groups.get(domain) ?? []), file]);
  }
  return [...groups.values()];
}

/** What a file says its domain is; only to find what belongs together, checked when it is loaded. */
function domainIn(text: string): string {
  const yaml = /^domain:\s*["']?([^\s"'#]+)/m.exec(text);
  const json = yaml ?? /"domain"\s*:\s*"([^"]+)"/.exec(text);
  return json?.[1]?.toLowerCase() ?? '';
}
