import { applyDecorators, Header, type Type } from '@nestjs/common';
import { ApiOkResponse, type ResponseObject } from '@nestjs/swagger';

/** Documents the header by which an answer names the file that it is to be kept as. */
export const namesFile = (example: string, pattern: string): ResponseObject['headers'] => ({
  'Content-Disposition': {
    description: 'A name for the file.',
    required: true,
    schema: { type: 'string', pattern: `^attachment; filename="${pattern}"$` },
    example: `attachment; filename="${example}"`,
  },
});

/** Answers what browsers keep as a file of this name: letters, digits and hyphens, and an ending. */
export const AnsweredAsFile = (name: string, answer: { type: Type; description: string }): MethodDecorator =>
  applyDecorators(
    Header('Content-Disposition', `attachment; filename="${name}"`),
    ApiOkResponse({ ...answer, headers: namesFile(name, name.replace('.', '\\.')) }),
  );
