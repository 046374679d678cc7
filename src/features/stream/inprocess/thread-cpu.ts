/** CPU time of this thread so far, ms: what a step costs, whoever else runs on the machine. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
