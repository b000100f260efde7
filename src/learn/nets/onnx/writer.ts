import {
  attribute,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  tensor,
} from './messages.ts'

/** Collects the nodes and constants of an ONNX graph. */
export interface OnnxWriter {
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxTensor[]
  /** Adds a node with one result and returns its name, `output` where given. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes?: readonly OnnxAttribute[],
    output?: string,
  ): string
  /** Adds a constant of float32 and returns its name. */
  floats(dims: readonly number[], values: ArrayLike<number>): string
  /** Adds a list of whole numbers and returns its name. */
  ints(values: readonly number[]): string
  /** The value with its axes in another order. */
  transpose(x: string, perm: readonly number[]): string
  unsqueeze(x: string, axes: readonly number[]): string
}

/** An empty graph. */
export function createWriter(): OnnxWriter {
  const nodes: OnnxNode[] = []
  const constants: OnnxTensor[] = []
  const keep = (constant: OnnxTensor) => {
    constants.push(constant)
    return constant.name
  }
  const writer: OnnxWriter = {
    nodes,
    constants,
    add(opType, input, attributes = [], output = `v${nodes.length}`) {
      const name = `${opType}_${nodes.length}`
      nodes.push({ opType, name, input, output: [output], attribute: attributes })
      return output
    },
    floats: (dims, values) => keep(tensor(`c${constants.length}`, dims, Float32Array.from(values))),
    ints(values) {
      const numbers = BigInt64Array.from(values, (value) => BigInt(value))
      return keep(tensor(`c${constants.length}`, [values.length], numbers))
    },
    transpose: (x, perm) => writer.add('Transpose', [x], [attribute('perm', perm)]),
    unsqueeze: (x, axes) => writer.add('Unsqueeze', [x, writer.ints(axes)]),
  }
  return writer
}
