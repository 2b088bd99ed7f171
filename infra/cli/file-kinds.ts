import type { SourceFile } from '../../functions/rules/source/source-file.ts';

/** Files that commands take, told apart by the keys that they have. */
export interface FileKinds {
  /** Rules documents. */
  readonly rules: readonly SourceFile[];
  /** Cases for `divert test`. */
  readonly cases: readonly SourceFile[];
  readonly peers: readonly SourceFile[];
}

/** By the first key that tells; what has none of them is judged as rules. */
export function byKind(files: readonly SourceFile[]): FileKinds {
  const has = (key: string) => {
    const found = new RegExp(`^(?:${key}:|\\s*\\{\\s*"${key}"\\s*:)`, 'm');
    return ({ text }: SourceFile): boolean => found.test(text);
  };
  const [isCases, isPeers] = [has('cases'), has('peers')];
  return {
    cases: files.filter(isCases),
    peers: files.filter((file) => !isCases(file) && isPeers(file)),
    rules: files.filter((file) => !isCases(file) && !isPeers(file)),
  };
}
