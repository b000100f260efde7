// The compiled pinball-loss kernel beside its plain path, on a forecast of 4,000 products × 28 days ×
// 7 levels: interleaved, CPU time, five rounds.
import { fastMeanPinballLoss, hasPinballKernel } from '../src/core/kernels/pinball.ts'
import { meanPinballLoss } from '../src/core/quantiles.ts'
import { createRandom } from '../src/core/random/random.ts'
import { cpuSeconds, meanInterval, printFigure, rounded } from './figure.ts'

const LEVELS = Float64Array.of(0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
const POINTS = 4000 * 28
const REPEATS = 20
const random = createRandom(1)
const actuals = Float64Array.from({ length: POINTS }, () => 10 * random.next())
const quantiles = Float64Array.from({ length: POINTS * LEVELS.length }, () => 10 * random.next())

if (!hasPinballKernel()) throw new Error('build the kernel first: npm run build:wasm')

function nanosecondsEach(loss: typeof fastMeanPinballLoss): number {
  const since = process.cpuUsage()
  for (let i = 0; i < REPEATS; i++) loss(actuals, quantiles, LEVELS)
  return (cpuSeconds(since) * 1e9) / (REPEATS * quantiles.length)
}

const rounds = Array.from({ length: 6 }, () => ({
  plain: nanosecondsEach(meanPinballLoss),
  fast: nanosecondsEach(fastMeanPinballLoss),
})).slice(1)
const plain = meanInterval(rounds.map((round) => round.plain))
const fast = meanInterval(rounds.map((round) => round.fast))
printFigure({
  figure: 'core-pinball-kernel',
  value: rounded(fast.mean, 3),
  unit: 'CPU ns a quantile, the copy into the kernel counted',
  interval: [rounded(fast.interval[0], 3), rounded(fast.interval[1], 3)],
  baseline: rounded(plain.mean, 3),
  ratio: rounded(fast.mean / plain.mean, 3),
  target: 'below the plain path',
  met: fast.mean < plain.mean,
  data: `generated, ${POINTS} points × ${LEVELS.length} levels; baseline: the plain path`,
  seed: 1,
})
