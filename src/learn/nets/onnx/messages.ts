import protobuf from 'protobufjs/light.js'

// The few messages of onnx.proto (proto2) that a net needs, with the numbers of its fields.

type Field = { readonly type: string; readonly id: number; readonly rule?: 'repeated' }

const one = (type: string, id: number): Field => ({ type, id })
const many = (type: string, id: number): Field => ({ type, id, rule: 'repeated' })
const message = (fields: Readonly<Record<string, Field>>) => ({ fields })

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: one('int64', 1),
      producerName: one('string', 2),
      graph: one('GraphProto', 7),
      opsetImport: many('OperatorSetIdProto', 8),
    }),
    OperatorSetIdProto: message({ domain: one('string', 1), version: one('int64', 2) }),
    GraphProto: message({
      node: many('NodeProto', 1),
      name: one('string', 2),
      initializer: many('TensorProto', 5),
      input: many('ValueInfoProto', 11),
      output: many('ValueInfoProto', 12),
    }),
    NodeProto: message({
      input: many('string', 1),
      output: many('string', 2),
      name: one('string', 3),
      opType: one('string', 4),
      attribute: many('AttributeProto', 5),
    }),
    AttributeProto: message({
      name: one('string', 1),
      f: one('float', 2),
      i: one('int64', 3),
      ints: many('int64', 8),
      type: one('int32', 20),
    }),
    TensorProto: message({
      dims: many('int64', 1),
      dataType: one('int32', 2),
      name: one('string', 8),
      rawData: one('bytes', 9),
    }),
    ValueInfoProto: message({ name: one('string', 1), type: one('TypeProto', 2) }),
    TypeProto: message({ tensorType: one('TensorTypeProto', 1) }),
    TensorTypeProto: message({ elemType: one('int32', 1), shape: one('TensorShapeProto', 2) }),
    TensorShapeProto: message({ dim: many('DimensionProto', 1) }),
    DimensionProto: message({ dimValue: one('int64', 1), dimParam: one('string', 2) }),
  },
})

/** Kinds of numbers in a tensor, as ONNX counts them. */
export const TENSOR_TYPE = { float: 1, int32: 6, int64: 7 } as const
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const

export interface OnnxAttribute {
  readonly name: string
  readonly type: number
  readonly f?: number
  readonly i?: number
  readonly ints?: readonly number[]
}

export interface OnnxNode {
  readonly opType: string
  readonly name: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly OnnxAttribute[]
}

export interface OnnxTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  readonly rawData: Uint8Array
}

export interface OnnxValueInfo {
  readonly name: string
  readonly type: object
}

export interface OnnxModel {
  readonly irVersion: number
  readonly producerName: string
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[]
  readonly graph: {
    readonly name: string
    readonly node: readonly OnnxNode[]
    readonly initializer: readonly OnnxTensor[]
    readonly input: readonly OnnxValueInfo[]
    readonly output: readonly OnnxValueInfo[]
  }
}

/** A whole number, or a list of them, as an attribute; `float` for other numbers. */
export function attribute(name: string, value: number | readonly number[]): OnnxAttribute {
  return typeof value === 'number'
    ? { name, type: ATTRIBUTE_TYPE.int, i: value }
    : { name, type: ATTRIBUTE_TYPE.ints, ints: value }
}

export const floatAttribute = (name: string, f: number): OnnxAttribute => ({
  name,
  type: ATTRIBUTE_TYPE.float,
  f,
})

/** A tensor of float32 or int64, little endian. */
export function tensor(
  name: string,
  dims: readonly number[],
  values: Float32Array | BigInt64Array,
): OnnxTensor {
  const dataType = values instanceof Float32Array ? TENSOR_TYPE.float : TENSOR_TYPE.int64
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
  return { name, dims, dataType, rawData }
}

/** Type of an input or output with a batch of any size first. */
export function valueInfo(name: string, shape: readonly number[], elemType: number): OnnxValueInfo {
  const dim = [{ dimParam: 'batch' }, ...shape.map((dimValue) => ({ dimValue }))]
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/** The bytes of a model, as they stand in an .onnx file. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const type = root.lookupType('ModelProto')
  return type.encode(type.fromObject(model)).finish()
}
