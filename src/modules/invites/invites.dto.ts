import { ApiOkResponse, ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ description: 'Whether a code is worth typing.' })
export class InviteCheckDto {
  /** Whether somebody could activate the code now: a retired one, or one of somebody blocked, is as bad as none. */
  @ApiProperty({ example: true })
  readonly valid!: boolean;
}

/** Documents the code in an address; longer ones reach no route. */
export const INVITE_CODE_PARAMETER = {
  name: 'code',
  description:
    'An invite code in any spelling: capitals or not, with spaces and hyphens, O for 0, I or L for 1, Cyrillic letters that look like Latin ones.',
  schema: { type: 'string', minLength: 1, maxLength: 128, example: '4KTR9M' },
} as const;

const QR_EXAMPLE = [
  '<svg xmlns="http://www.w3.org/2000/svg" width="296" height="296" viewBox="0 0 37 37">',
  '<path fill="#fff" d="M0 0h37v37H0z"/><path fill="#000" shape-rendering="crispEdges" d="M4 4h7v1h-7z"/></svg>',
].join('');

/** Documents the picture of a share link. */
export const ApiQrCode = (): MethodDecorator =>
  ApiOkResponse({
    description: 'The QR code. The example shows its first bar only.',
    content: { 'image/svg+xml': { schema: { type: 'string', example: QR_EXAMPLE } } },
  });
