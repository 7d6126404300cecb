/** Checks of the language that need something this version does not model yet, by their verb. */
export const laterChecks: Readonly<Record<string, string>> = {
  converges: 'copies that converge on their owner',
  confined: 'who holds which field',
  private: 'who reads whose database',
  alerted: 'alerts',
  pages: 'alerts',
};

/** What is said of a check that is part of the language and cannot be held against a run yet. */
export function laterMessage(verb: string): string | undefined {
  const what = Object.hasOwn(laterChecks, verb) ? laterChecks[verb] : undefined;
  return what === undefined
    ? undefined
    : `the check \`${verb}\` is not modelled yet: this version does not simulate ${what}`;
}
