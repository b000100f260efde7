import { declareKnob } from '../../core/knobs.ts'

export const layoutSampleRows = declareKnob({
  name: 'warehouse.layout-sample-rows',
  unit: 'rows',
  range: [1024, 1_000_000],
  default: 32_768,
  trades: 'More rows estimate small row groups better and cost more time to choose a layout.',
})

export const layoutStatements = declareKnob({
  name: 'warehouse.layout-statements',
  unit: 'statements',
  range: [4, 2000],
  default: 120,
  trades:
    'More statements of the workload are judged on a table: layouts fit better, choosing costs more.',
})

export const layoutMinGain = declareKnob({
  name: 'warehouse.layout-min-gain',
  unit: 'share',
  range: [-10, 1],
  default: 0.1,
  trades:
    'A higher share of the time on a table must be saved before it is laid out anew; below 0 it may even take that much longer.',
})

export const layoutPayBackDays = declareKnob({
  name: 'warehouse.layout-pay-back-days',
  unit: 'days',
  range: [0.01, 365],
  default: 7,
  trades: 'A longer time for a rewrite to pay for itself lets more tables be laid out.',
})

export const layoutTrialRows = declareKnob({
  name: 'warehouse.layout-trial-rows',
  unit: 'rows',
  range: [0, 1e9],
  default: 20_000_000,
  trades:
    'Larger tables are tried on a copy of all their rows before they are laid out, which takes the room of two copies.',
})

export const layoutFileRows = declareKnob({
  name: 'warehouse.layout-file-rows',
  unit: 'rows',
  range: [2048, 1e9],
  default: 4_000_000,
  trades:
    'Larger files of a Parquet folder are fewer to open; smaller ones are written and replaced with less at a time.',
})

export const layoutFileGrowth = declareKnob({
  name: 'warehouse.layout-file-growth',
  unit: 'times',
  range: [0.5, 100],
  default: 2,
  trades:
    'Parquet that may grow more is written uncompressed and read in less time; what may not is compressed as far as it takes.',
})

export const layoutReadWorth = declareKnob({
  name: 'warehouse.layout-read-worth',
  unit: 'share',
  range: [0, 0.5],
  default: 0.05,
  trades:
    'Of two sizes of row groups the smaller is taken where statements take at most this share longer: they read less, which counts where files are not in memory.',
})

export const layoutHope = declareKnob({
  name: 'warehouse.layout-hope',
  unit: 'share of the CPU',
  range: [0, 1],
  default: 0.2,
  trades:
    'Higher seeks orders of rows for smaller workloads; what is sought and not found is paid for nothing.',
})

export const layoutCarried = declareKnob({
  name: 'warehouse.layout-carried',
  unit: 'columns',
  range: [0, 16],
  default: 4,
  trades:
    'More columns of joined tables may be carried by rows of Parquet, so that filters on them skip row groups; files grow, and choosing takes longer.',
})

export const layoutJoinedRows = declareKnob({
  name: 'warehouse.layout-joined-rows',
  unit: 'rows',
  range: [0, 1e9],
  default: 1_000_000,
  trades:
    'Columns of larger joined tables are carried too; writing and telling whether they changed take longer.',
})

export const layoutCarryGain = declareKnob({
  name: 'warehouse.layout-carry-gain',
  unit: 'share',
  range: [0, 1],
  default: 0.05,
  trades:
    'A higher share of the expected time must be saved by columns of joined tables before rows carry them.',
})

export const layoutCopies = declareKnob({
  name: 'warehouse.layout-copies',
  unit: 'copies',
  range: [0, 8],
  default: 4,
  trades:
    'More copies of rows of Parquet in other orders serve more kinds of statements; choosing and writing them takes longer.',
})

export const layoutCopyBytes = declareKnob({
  name: 'warehouse.layout-copy-bytes',
  unit: "share of the table's bytes",
  range: [0, 100],
  default: 2,
  trades: 'More room lets more statements read rows in an order of their own.',
})

export const layoutCopyPayBack = declareKnob({
  name: 'warehouse.layout-copy-pay-back',
  unit: 'times the log',
  range: [0, 1e6],
  default: 100,
  trades:
    'A copy is kept where its statements, asked this many times as often as in the log, save what writing it took: higher keeps copies that pay later; 0 keeps them however late they pay.',
})
