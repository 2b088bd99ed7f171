/** Mutants that change nothing that anybody could see, each with why. */
export const EQUIVALENT: readonly { readonly is: string; readonly why: string }[] = [
  {
    is: 'ranked.length > 1 → true',
    why: 'sorting one target, or none, leaves it as it is',
  },
];
