import type { Contract } from '../../world/schema/contracts.ts';
import { avro } from './avro.ts';
import type { Format } from './format.ts';
import { graphql } from './graphql.ts';
import { jsonSchema } from './json-schema.ts';
import { protobufFormat } from './protobuf.ts';

/** Every format that a contract can be written in. */
export const FORMATS: Readonly<Record<Contract['format'], Format>> = {
  avro,
  graphql,
  'json-schema': jsonSchema,
  openapi: jsonSchema,
  protobuf: protobufFormat,
};
