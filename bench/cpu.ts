/** Milliseconds of processor time this process has used, on all its threads: they pass alike on a busy machine. */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
