/** Mutants that change nothing that anybody could see, each with why. */
export const EQUIVALENT: readonly { readonly is: string; readonly why: string }[] = [];
