/** Under which key the settings of a call stand: the most specific of `payment.charge`, `payment` and `default`. */
export function keyFor(settings: Readonly<Record<string, unknown>>, target: string): string {
  if (settings[target]) return target;
  const service = target.slice(0, target.search(/[./]/));
  return settings[service] ? service : 'default';
}
