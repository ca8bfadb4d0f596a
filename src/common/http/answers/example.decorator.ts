import type { Type } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';

/** Documents in which members the answer of a route differs from what is answered elsewhere: by them its example tells what was done. */
export const AnswersWith = (type: Type, example: object): MethodDecorator => ApiOkResponse({ type, example });
