import { Global, Module } from '@nestjs/common';
import { PageRenderer } from './page-renderer.js';

/** Pages for browsers: templates, texts, what they load. */
@Global()
@Module({ providers: [PageRenderer], exports: [PageRenderer] })
export class PagesModule {}
