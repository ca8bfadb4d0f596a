import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { By } from './admin.decorators.js';
import { AuditPageDto, AuditQueryDto } from './admin.dto.js';
import { Looks, type Viewer } from './looks.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('audit')
export class AuditController {
  constructor(private readonly looks: Looks) {}

  /** Read the audit log, the newest first: who did what to whom, and when. */
  @Get()
  @Roles('admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readAuditLog(@Query() query: AuditQueryDto, @By() by: Viewer): Promise<AuditPageDto> {
    return this.looks.auditLog(query, by);
  }
}
