import type { FloatArray, Graph, Op } from '../graph/index.ts'
import { buildForecastNet } from '../models/forecast-net.ts'
import { spacedForks } from '../models/shape.ts'
import type { TrainedNet } from '../training/train.ts'
import { encodeModel, TENSOR_TYPE, valueInfo } from './messages.ts'
import { OP_WRITERS } from './ops.ts'
import { createWriter, type OnnxWriter } from './writer.ts'

const OPSET = 17
const IR_VERSION = 8

/**
 * The bytes of an .onnx file (opset 17) that computes the outputs of a net from its inputs, under
 * their own names, with a batch of any size as the first axis; indices are int32. Losses and the
 * inputs that they alone need are left out.
 */
export function exportOnnx(
  graph: Graph,
  parameters: Readonly<Record<string, FloatArray>>,
  name = 'net',
): Uint8Array {
  const needed = neededOps(graph)
  const writer = createWriter()
  const results = new Map<number, string>()
  for (const op of graph.ops) {
    if (!needed.has(op.id)) continue
    results.set(
      op.id,
      op.kind === 'input' ? op.name : writeOp(writer, graph, op, results, parameters),
    )
  }
  const outputs = Object.entries(graph.outputs)
  for (const [output, id] of outputs) writer.add('Identity', [results.get(id)!], [], output)
  const inputs = graph.ops.filter((op) => op.kind === 'input' && needed.has(op.id))
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'storewright',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name,
      node: writer.nodes,
      initializer: writer.constants,
      input: inputs.map((op) => {
        const type = op.attributes['kind'] === 'index' ? TENSOR_TYPE.int32 : TENSOR_TYPE.float
        return valueInfo(op.name, op.shape, type)
      }),
      output: outputs.map(([output, id]) =>
        valueInfo(output, graph.ops[id]!.shape, TENSOR_TYPE.float),
      ),
    },
  })
}

/** A trained forecasting net for serving elsewhere: one fork, in units of its scale (see README.md). */
export function exportForecastNet({ shape, parameters }: TrainedNet): Uint8Array {
  const options = { batch: 1, seed: 0, parts: 1, predictOnly: true }
  const net = buildForecastNet(shape, spacedForks(shape, 1, 1), options)
  try {
    net.restoreParameters(parameters)
    return exportOnnx(net.graph, net.parameters, shape.encoder === 'conv' ? 'mqcnn' : 'mqrnn')
  } finally {
    net.close()
  }
}

function neededOps(graph: Graph): ReadonlySet<number> {
  const needed = new Set(Object.values(graph.outputs))
  for (let id = graph.ops.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const input of graph.ops[id]!.inputs) needed.add(input)
  }
  return needed
}

function writeOp(
  writer: OnnxWriter,
  graph: Graph,
  op: Op,
  results: ReadonlyMap<number, string>,
  parameters: Readonly<Record<string, FloatArray>>,
): string {
  const write = OP_WRITERS[op.kind as keyof typeof OP_WRITERS]
  return write({
    writer,
    op,
    inputs: op.inputs.map((id) => results.get(id)!),
    inputShapes: op.inputs.map((id) => graph.ops[id]!.shape),
    parameter(part) {
      const { name, shape } = graph.parameters[op.parameters[part]!]!
      return { shape, values: parameters[name]! }
    },
  })
}
