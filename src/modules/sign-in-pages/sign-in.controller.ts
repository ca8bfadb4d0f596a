import { Body, Get, Post, Query } from '@nestjs/common';
import { type PageAnswer } from '../../platform/pages/page-answers.js';
import { TakesForm } from '../../platform/pages/page-forms.js';
import { FromVisit, Open, PageController, ShownAgainBy } from '../page-access/page.decorators.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { AskCodeForm, PasswordForm, RegisterForm, SignInQuery } from './sign-in-pages.dto.js';
import { SignInForms } from './sign-in-forms.service.js';
import { SignInPages } from './sign-in-pages.service.js';

@PageController()
@Open()
export class SignInController {
  constructor(
    private readonly pages: SignInPages,
    private readonly forms: SignInForms,
  ) {}

  @Get()
  show(@FromVisit() visit: Visit, @Query() query?: SignInQuery): PageAnswer {
    return this.pages.show('sign-in', visit, query);
  }

  @Post()
  @TakesForm()
  @ShownAgainBy('show')
  askCode(@Body() body: AskCodeForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.askCode(body, visit);
  }

  @Get('password')
  showPassword(@FromVisit() visit: Visit, @Query() query?: SignInQuery): PageAnswer {
    return this.pages.show('password', visit, query);
  }

  @Post('password')
  @TakesForm()
  @ShownAgainBy('showPassword')
  logIn(@Body() body: PasswordForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.logIn(body, visit);
  }

  @Get('register')
  showRegister(@FromVisit() visit: Visit, @Query() query?: SignInQuery): PageAnswer {
    return this.pages.show('register', visit, query);
  }

  @Post('register')
  @TakesForm()
  @ShownAgainBy('showRegister')
  register(@Body() body: RegisterForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.register(body, visit);
  }

  @Get('forgot')
  showForgot(@FromVisit() visit: Visit, @Query() query?: SignInQuery): PageAnswer {
    return this.pages.show('forgot', visit, query);
  }

  @Post('forgot')
  @TakesForm()
  @ShownAgainBy('showForgot')
  forgot(@Body() body: AskCodeForm, @FromVisit() visit: Visit): Promise<PageAnswer> {
    return this.forms.forgot(body, visit);
  }
}
