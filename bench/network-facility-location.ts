// Facility location: OR-Library (customers may be shared) and Holmberg (they may not), every
// instance that the folder holds, against the published optima.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cpuSeconds } from '../src/core/optimize/cpu-seconds.ts'
import { loadSolver } from '../src/core/optimize/linear/solver.ts'
import { solveFacility } from '../src/network/facility/solve.ts'
import { solveByModel } from '../src/network/facility/strong-model.ts'
import { type Instance, readInstances } from './network-facility/read.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join('..', 'shared', 'data', 'network') },
    only: { type: 'string', default: '.' },
    seconds: { type: 'string', default: '60' },
    /** CPU seconds that HiGHS alone gets on the strong formulation of the same instance; 0: none. */
    model: { type: 'string', default: '0' },
  },
})
/** CPU seconds to the optimal value, and for the proof; what is met is checked against these. */
const TARGET_SECONDS = 2
const limit = Number(values.seconds)

// Compiling HiGHS (about 0.06 s of CPU) happens once a process and is not counted.
await loadSolver()
const done: Awaited<ReturnType<typeof solveOne>>[] = []
for (const instance of readInstances(values.data)) {
  if (new RegExp(values.only).test(instance.name)) done.push(await solveOne(instance))
}
summarize('OR-Library')
summarize('Holmberg')

async function solveOne(instance: Instance) {
  const begun = cpuSeconds()
  const spent = () => cpuSeconds() - begun
  let best = 0
  const plan = await solveFacility(instance.problem, {
    stop: () => spent() > limit,
    onBetter: () => {
      best = spent()
    },
  })
  const proofCpuSeconds = rounded(spent())
  const { optimum } = instance
  const line = {
    figure: 'network-facility-location',
    instance: instance.name,
    set: instance.set,
    value: plan.value,
    optimum: optimum ?? null,
    gapPercent: optimum === undefined ? null : percent(plan.value / optimum - 1),
    cpuSeconds: rounded(best),
    proofCpuSeconds,
    bound: plan.bound,
    boundGapPercent: percent(plan.gap),
    proven: plan.proven,
    nodes: plan.nodes,
    ...(await modelAlone(instance)),
    ...(instance.note === undefined ? {} : { note: instance.note }),
  }
  console.log(JSON.stringify(line))
  return line
}

/** The peer: HiGHS on the strong formulation, without a start, within `--model` seconds. */
async function modelAlone(instance: Instance) {
  const most = Number(values.model)
  if (most === 0) return {}
  const begun = cpuSeconds()
  const plan = await solveByModel(instance.problem, { cpuSeconds: most }).catch(() => undefined)
  return {
    modelValue: plan?.value ?? null,
    modelProven: plan?.proven ?? false,
    modelCpuSeconds: rounded(cpuSeconds() - begun),
  }
}

function summarize(set: Instance['set']): void {
  const lines = done.filter((line) => line.set === set && line.gapPercent !== null)
  if (lines.length === 0) return
  const optimal = lines.filter((line) => Math.abs(line.gapPercent!) < 0.0005)
  const quick = optimal.filter((line) => line.cpuSeconds <= TARGET_SECONDS)
  const most = (of: (line: (typeof lines)[number]) => number) => Math.max(...lines.map(of))
  console.log(
    JSON.stringify({
      figure: `network-facility-location/${set}`,
      value: optimal.length,
      unit: `of ${lines.length} instances at the published optimum`,
      quick: quick.length,
      proven: lines.filter((line) => line.proven).length,
      slowestCpuSeconds: most((line) => line.cpuSeconds),
      slowestProofCpuSeconds: most((line) => line.proofCpuSeconds),
      target: `every one, ≤ ${TARGET_SECONDS} s of CPU; proof within 60 s`,
      met: quick.length === lines.length && lines.every((line) => line.proven),
      data: values.data.split('/').slice(-2).join('/'),
    }),
  )
}

function percent(share: number): number {
  return Math.round(1e7 * share) / 1e5
}

function rounded(seconds: number): number {
  return Math.round(1000 * seconds) / 1000
}
