"""How days are written where Django’s own habit is not a Belgian one."""
