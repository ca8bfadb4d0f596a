import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { By } from './admin.decorators.js';
import { AuditPageDto, AuditQueryDto } from './audit-log.dto.js';
import { Looks, type Viewer } from './looks.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('audit')
export class AuditController {
  constructor(private readonly looks: Looks) {}

  /**
   * Read the audit log.
   * @remarks
   * Who did what to whom, and when, the newest first: sign-ins and failed ones, changes of contacts and passwords, whatever staff did or
   * looked at. That somebody reads it is in it, too. An action that is not known finds nothing; entries hold no phone, e-mail address,
   * code or token, and addresses are masked.
   */
  @Get()
  @Roles('admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  readAuditLog(@Query() query: AuditQueryDto, @By() by: Viewer): Promise<AuditPageDto> {
    return this.looks.auditLog(query, by);
  }
}
