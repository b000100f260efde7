import { declareKnob } from '../../core/knobs.ts'

export const cellShare = declareKnob({
  name: 'warehouse.view-cell-share',
  unit: 'share of the rows',
  range: [0, 1],
  default: 0.3,
  trades:
    'Higher groups rows into cells even where few rows share one: smaller views, dearer to build and merge.',
})

export const gridCells = declareKnob({
  name: 'warehouse.view-grid-cells',
  unit: 'cells',
  range: [2, 10_000],
  default: 4096,
  trades: 'Higher follows finer steps of a brush: fewer statements run untuned, larger views.',
})

export const sampleRows = declareKnob({
  name: 'warehouse.view-sample-rows',
  unit: 'rows',
  range: [1000, 10_000_000],
  default: 20_000,
  trades:
    'Higher judges the size of views and what ranges leave more surely, at more CPU for advice.',
})

export const joinLook = declareKnob({
  name: 'warehouse.view-join-look',
  unit: 'share of the CPU of what asks for it',
  range: [0, 100],
  default: 0.1,
  trades: 'Higher looks at views of larger joins and for fewer statements, at more CPU for advice.',
})

export const buildNanos = declareKnob({
  name: 'warehouse.view-build-ns',
  unit: 'ns of CPU a base row',
  range: [1, 100_000],
  default: 150,
  trades: 'Higher expects views to be dear and builds them later.',
})

export const seekMs = declareKnob({
  name: 'warehouse.view-seek-ms',
  unit: 'CPU ms',
  range: [0, 100_000],
  default: 120,
  trades:
    'Higher expects seeking and judging a view while statements run to be dear, until it was done: later views for new kinds of statement.',
})

export const liveShare = declareKnob({
  name: 'warehouse.view-live-share',
  unit: 'share of the CPU that is asked',
  range: [0, 100],
  default: 0.05,
  trades:
    'Higher seeks, builds and refreshes more views while statements run before any has saved something: sooner gains, more upkeep where nothing is gained.',
})

export const liveSavedShare = declareKnob({
  name: 'warehouse.view-live-saved-share',
  unit: 'share of the CPU that views saved',
  range: [0, 100],
  default: 0.5,
  trades:
    'Higher puts more of what views save while statements run into further and fresher views.',
})

export const patience = declareKnob({
  name: 'warehouse.view-patience',
  unit: 'times what seeking and building cost',
  range: [0.05, 100],
  default: 0.5,
  trades:
    'Higher lets a new kind of statement spend more CPU before a view is built for it: fewer views for nothing, later gains.',
})

export const scanNanos = declareKnob({
  name: 'warehouse.view-scan-ns',
  unit: 'ns of CPU a row',
  range: [0.1, 10_000],
  default: 15,
  trades: 'Higher takes statements without a view for dearer and looks for views sooner.',
})

export const unionShare = declareKnob({
  name: 'warehouse.view-union-share',
  speed: true,
  unit: 'share of the CPU expected as asked',
  range: [0, 1e6],
  default: 0.8,
  trades:
    'Higher answers more statements whose bounds cut a cell from the view and the rows of that cell together, also where that was judged no cheaper.',
})

export const freeCells = declareKnob({
  name: 'warehouse.view-free-cells',
  unit: 'cells',
  range: [2, 10_000],
  default: 128,
  trades:
    'Higher cuts a number whose bounds come from anywhere more finely: fewer rows beside whole cells, more cells.',
})

export const refreshPatience = declareKnob({
  name: 'warehouse.view-refresh-patience',
  unit: 'times what refreshing costs',
  range: [0, 1_000_000],
  default: 0.5,
  trades:
    'Higher keeps a view whose tables changed out of service until statements it would have answered have cost so much, or a quiet hour comes: fewer refreshes, later gains; 1,000,000 refreshes in quiet hours alone.',
})

export const orderRows = declareKnob({
  name: 'warehouse.view-order-rows',
  unit: 'rows',
  range: [0, 1e12],
  default: 65_536,
  trades:
    'Higher learns an order of rows for larger views alone: less CPU for advice, more rows read.',
})

export const servedMs = declareKnob({
  name: 'warehouse.view-served-ms',
  unit: 'ms of CPU a statement',
  range: [0, 1000],
  default: 0.5,
  trades: 'Higher expects less of views that answer short statements: fewer of them.',
})

export const sortNanos = declareKnob({
  name: 'warehouse.view-sort-ns',
  unit: 'ns of CPU a row kept',
  range: [0, 100_000],
  default: 400,
  trades: 'Higher expects views that keep rows in order to be dear: fewer of them.',
})
