import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { DevicesService } from '../devices/devices.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';

const PAGE = '/profile/devices';

/** The page of the devices on which somebody is signed in, and what its forms ask for. */
@Injectable()
export class DeviceForms {
  constructor(private readonly devices: DevicesService) {}

  async show({ principal: { person, sessionId } }: SignedInVisit): Promise<PageAnswer> {
    const devices = await this.devices.list(person.id, sessionId);
    return new PageView('devices', { devices, hasOthers: devices.some(({ current }) => !current) });
  }

  /** @throws SessionNotFound */
  async end(id: string, { principal: by, asker: { address } }: SignedInVisit): Promise<PageAnswer> {
    await this.devices.endDevice(id, { by, address });
    return new PageRedirect(PAGE, 'told.deviceEnded');
  }

  async endOthers({ principal: by, asker: { address } }: SignedInVisit): Promise<PageAnswer> {
    await this.devices.endOtherDevices({ by, address });
    return new PageRedirect(PAGE, 'told.otherDevicesEnded');
  }
}
