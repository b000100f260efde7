import type { Kernels } from '../../kernels/types.ts'
import type { Op } from '../types.ts'

/** What an op sees while it runs on a tile of samples. Addresses as in kernels/types.ts. */
export interface OpRun {
  readonly kernels: Kernels
  readonly op: Op
  /** Shapes of the inputs, of one sample. */
  readonly inputShapes: readonly (readonly number[])[]
  /** Samples of this tile. */
  samples: number
  /** Number of the first of them within the batch. */
  first: number
  /** Whether dropout is on. */
  training: boolean
  /** Changes with every step of training. */
  seed: number
  /** Values of the inputs. */
  readonly x: number[]
  /** Gradients of the inputs; −1 where none is wanted. */
  readonly dx: number[]
  y: number
  dy: number
  /** Whether y overwrites x[0] and dy dx[0]. */
  readonly inPlace: boolean
  readonly parameter: Readonly<Record<string, number>>
  readonly dParameter: Record<string, number>
  /** Memory of the tile that lives from forward to backward. */
  readonly scratch: Readonly<Record<string, number>>
  /** Memory of the thread for the time of a call. */
  readonly work: number
  /** Memory for the whole net: constants and what `prepare` derives. */
  readonly shared: Readonly<Record<string, number>>
  /** Of a loss: 1 / (levels × Σ weight). */
  lossFactor: number
  /** Of a loss: receives what this tile adds to it. */
  loss: number
}

/** How an op computes. */
export interface OpCode {
  /** Floats a sample of `scratch`. */
  scratch?(op: Op, inputShapes: readonly (readonly number[])[]): Readonly<Record<string, number>>
  /** Floats of `work`. */
  work?(op: Op, inputShapes: readonly (readonly number[])[]): number
  /** Floats of `shared` memory that `prepare` fills. */
  derived?(op: Op, inputShapes: readonly (readonly number[])[]): Readonly<Record<string, number>>
  /** Contents of `shared` memory that never change. */
  constants?(op: Op): Readonly<Record<string, { kind: 'int' | 'float'; values: readonly number[] }>>
  /** Once a step, before the backward pass: what all tiles need of the parameters. */
  prepare?(run: OpRun): void
  forward(run: OpRun): void
  /** Adds to dx and dParameter. */
  backward(run: OpRun): void
}
