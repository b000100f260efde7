/**
 * Clicks at ranks where a document was never shown: the position-based model beside the click rate of
 * the rank and the product of rates, each cell (document × rank) held out once.
 * node bench/search-clicks.ts [--data DIR]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createRandom } from '../src/core/random/random.ts'
import {
  type ClickCells,
  cellsWhere,
  clickLogLoss,
  countClicks,
  fitPositionModel,
  type Impression,
} from '../src/search/clicks/door.ts'
import { cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'

const FOLDS = 5
const SEEDS = [1, 2, 3]

/** Sessions of every query: sess_id, query, rank, clicked_doc_id, clicked. */
function* readSessions(folder: string): Generator<Impression> {
  for (const file of readdirSync(folder).sort()) {
    const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8')
    for (const line of text.split('\n').slice(1)) {
      const [, query, rank, id, clicked] = line.trim().split(',')
      if (clicked === undefined) continue
      // Ids differ in leading zeros between files.
      const productId = id!.replace(/^0+/, '')
      yield { query: query!, productId, rank: Number(rank), clicked: clicked === 'True' }
    }
  }
}

/** Rates of clicks by rank, by document (one click added at the mean rate), and overall. */
function ratesOf(cells: ClickCells) {
  const clicks = {
    rank: new Float64Array(cells.ranks),
    document: new Float64Array(cells.documents),
  }
  const shown = { rank: new Float64Array(cells.ranks), document: new Float64Array(cells.documents) }
  for (let cell = 0; cell < cells.document.length; cell++) {
    const places = { rank: cells.rank[cell]!, document: cells.document[cell]! }
    for (const kind of ['rank', 'document'] as const) {
      clicks[kind][places[kind]]! += cells.clicks[cell]!
      shown[kind][places[kind]]! += cells.impressions[cell]!
    }
  }
  const sum = (of: Float64Array) => of.reduce((a, b) => a + b, 0)
  const mean = sum(clicks.rank) / sum(shown.rank)
  const rank = (_: number, r: number) => clicks.rank[r]! / shown.rank[r]!
  const product = (d: number, r: number) =>
    (rank(d, r) * (clicks.document[d]! + 1)) / (shown.document[d]! + 1 / mean) / mean
  return { rank, product }
}

/** The rate of the held-out cell itself: no model of these cells can lose less. */
function ownRate(cells: ClickCells) {
  const rates = new Map<number, number>()
  const key = (d: number, r: number) => d * cells.ranks + r
  cells.document.forEach((d, cell) => {
    rates.set(key(d, cells.rank[cell]!), cells.clicks[cell]! / cells.impressions[cell]!)
  })
  return (d: number, r: number) => rates.get(key(d, r))!
}

interface Losses {
  shown: number
  model: number
  rank: number
  product: number
  own: number
}

function lossesOf(cells: ClickCells, isHeld: (cell: number) => boolean): Losses {
  const seen = cellsWhere(cells, (cell) => !isHeld(cell))
  const held = cellsWhere(cells, isHeld)
  const { rank, product } = ratesOf(seen)
  return {
    shown: held.impressions.reduce((a, b) => a + b, 0),
    model: clickLogLoss(held, fitPositionModel(seen).clickProbability),
    rank: clickLogLoss(held, rank),
    product: clickLogLoss(held, product),
    own: clickLogLoss(held, ownRate(held)),
  }
}

const folder = join(dataFolder(), 'search/retrotech/sessions')
const { cells } = countClicks(readSessions(folder))
const ranksOf = new Int32Array(cells.documents)
for (const d of cells.document) ranksOf[d]!++

const start = process.cpuUsage()
const parts: Losses[] = []
for (const seed of SEEDS) {
  const random = createRandom(seed)
  // A document that always stood at one rank says nothing when that is held out: it stays.
  const fold = Int32Array.from(cells.document, (d) => (ranksOf[d]! > 1 ? random.int(FOLDS) : FOLDS))
  for (let f = 0; f < FOLDS; f++) parts.push(lossesOf(cells, (cell) => fold[cell] === f))
}
const mean = (name: keyof Losses) =>
  parts.reduce((sum, part) => sum + part[name] * part.shown, 0) /
  parts.reduce((sum, part) => sum + part.shown, 0)
const data = `search/retrotech sessions, ${cells.document.length} cells, each held out once a seed`
const level = meanInterval(parts.map((part) => part.model))
printFigure({
  figure: 'search-clicks/log loss at ranks never shown',
  value: rounded(mean('model')),
  unit: `nats an impression; own rate of the held-out cells (no model loses less) ${rounded(mean('own'))}, product of rates ${rounded(mean('product'))}`,
  interval: [rounded(level.interval[0]), rounded(level.interval[1])],
  baseline: rounded(mean('rank')),
  ratio: rounded(mean('model') / mean('rank')),
  target: '≤ 0.096 where the rank’s rate has 0.103',
  met: mean('model') <= 0.096,
  data,
  seed: SEEDS.join(','),
})
for (const name of ['rank', 'product'] as const) {
  const ratios = meanInterval(parts.map((part) => part.model / part[name]))
  const gain = (mean(name) - mean('model')) / (mean(name) - mean('own'))
  printFigure({
    figure: `search-clicks/loss over that of the ${name === 'rank' ? 'rank’s rate' : 'product of rates'}`,
    value: rounded(ratios.mean),
    unit: `ratio by held-out part; ${rounded(100 * gain, 3)} % of the way to the own rate of the cells`,
    interval: [rounded(ratios.interval[0]), rounded(ratios.interval[1])],
    target: '< 1 within the interval',
    met: ratios.interval[1] < 1,
    data,
    seed: SEEDS.join(','),
  })
}
console.error(`${parts.length} fits in ${cpuSeconds(start).toFixed(1)} CPU s`)
