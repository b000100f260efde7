import { writeFileWhole } from '../../src/core/files.ts'
import { logLogSvg, type PlotLine } from '../plot.ts'

/** What was measured at one size of the catalogue. */
export interface GrowthPoint {
  readonly products: number
  readonly indexSeconds: number
  readonly openSeconds: number
  readonly textP99Ms: number
  readonly pipelineP99Ms: number
  readonly indexMib: number
  readonly pipelineMib: number
}

/** Draws how times and memory grow with the catalogue: two SVGs, `path` with -time and -memory. */
export function writeGrowthCharts(path: string, points: readonly GrowthPoint[]): void {
  const line = (name: string, of: (point: GrowthPoint) => number): PlotLine => ({
    name,
    points: points.map((point) => ({ x: point.products, y: of(point) })),
  })
  const time = logLogSvg({
    title: 'Search: time against products in the catalogue',
    x: 'products',
    y: 'seconds',
    lines: [
      line('index and save, CPU', (point) => point.indexSeconds),
      line('open', (point) => point.openSeconds),
      line('pipeline, 99 % within', (point) => point.pipelineP99Ms / 1000),
      line('full text, 99 % within', (point) => point.textP99Ms / 1000),
    ],
  })
  const memory = logLogSvg({
    title: 'Search: memory at most against products in the catalogue',
    x: 'products',
    y: 'MiB',
    lines: [
      line('indexing', (point) => point.indexMib),
      line('pipeline', (point) => point.pipelineMib),
    ],
  })
  writeFileWhole(path.replace(/\.svg$/, '-time.svg'), time)
  writeFileWhole(path.replace(/\.svg$/, '-memory.svg'), memory)
}
