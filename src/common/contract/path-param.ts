import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam, type SchemaObject } from '@nestjs/swagger';

/** What the contract says of a part of a path. */
export interface PathParamOptions {
  readonly description: string;
  readonly schema: SchemaObject;
}

/** Hands a part of the path to a controller's method, and documents it. */
export const PathParam =
  (name: string, told: PathParamOptions, ...pipes: PipeTransform[]): ParameterDecorator =>
  (controller, method = '', index) => {
    Param(name, ...pipes)(controller, method, index);
    const handler = Object.getOwnPropertyDescriptor(controller, method);
    if (handler) ApiParam({ name, ...told })(controller, method, handler);
  };
