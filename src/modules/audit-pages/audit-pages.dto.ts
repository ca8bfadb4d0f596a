import { EmptyIsLeftOut } from '../../platform/pages/page-forms.js';
import { AuditQueryDto } from '../admin/audit-log.dto.js';

/** What the audit log is filtered by. */
export class AuditFilters extends AuditQueryDto {
  @EmptyIsLeftOut()
  declare userId?: string;

  @EmptyIsLeftOut()
  declare action?: string;
}
