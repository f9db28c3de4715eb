package user

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// Sides of the squares that are kept of an avatar.
const (
	SmallSide = 96
	LargeSide = 384
)

// A name holds 128 random bits, so that nobody finds a picture whose profile
// they may not see, and is never used again, so that it can be cached for ever.
// Its last part says what kind of file the sizes are.
var avatarName = regexp.MustCompile(`^[0-9a-f]{32}-(96|384)\.(jpg|png)$`)

// AvatarFile is the file name of one size of an avatar.
func AvatarFile(avatar string, side int) string {
	base, extension := avatar[:len(avatar)-4], avatar[len(avatar)-4:]
	return fmt.Sprintf("%s-%d%s", base, side, extension)
}

func avatarKey(file string) string { return "avatars/" + file }

// SetAvatar replaces one's own picture. Files are written before the profile
// points at them; what is left over after a crash in between is only space.
func (s *Service) SetAvatar(ctx context.Context, actor api.Actor, original []byte) (*Profile, error) {
	if _, err := s.Own(ctx, actor); err != nil {
		return nil, err
	}
	pictures, err := s.painter.Squares(ctx, original, SmallSide, LargeSide)
	if err != nil {
		return nil, err
	}
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails: the runtime aborts instead
	avatar := hex.EncodeToString(random) + pictures[0].Extension
	for _, picture := range pictures {
		if err := s.files.Put(ctx, avatarKey(AvatarFile(avatar, picture.Side)), picture.ContentType, picture.Data); err != nil {
			s.forget(ctx, avatar)
			return nil, fmt.Errorf("user: keep an avatar: %w", err)
		}
	}
	p, before, err := s.pointAt(ctx, actor, avatar)
	if err != nil {
		s.forget(ctx, avatar)
		return nil, err
	}
	s.forget(ctx, before)
	return p, nil
}

// RemoveAvatar removes one's own picture; having none is no error.
func (s *Service) RemoveAvatar(ctx context.Context, actor api.Actor) error {
	_, before, err := s.pointAt(ctx, actor, "")
	if err != nil {
		return err
	}
	s.forget(ctx, before)
	return nil
}

func (s *Service) pointAt(ctx context.Context, actor api.Actor, avatar string) (p *Profile, before string, err error) {
	p, err = s.change(ctx, actor, func(tx Tx, p *Profile) error {
		before = p.Avatar
		if before == avatar {
			return nil
		}
		p.Avatar = avatar
		return put(tx, p)
	})
	return p, before, err
}

// forget removes the files of a picture that nothing points at any more.
func (s *Service) forget(ctx context.Context, avatar string) {
	if avatar == "" {
		return
	}
	for _, side := range []int{SmallSide, LargeSide} {
		if err := s.files.Delete(ctx, avatarKey(AvatarFile(avatar, side))); err != nil {
			s.log.WarnContext(ctx, "files of a replaced avatar were left behind", "avatar", avatar, "error", err)
		}
	}
}

// Avatar opens one size of a picture.
func (s *Service) Avatar(ctx context.Context, file string) (data io.ReadCloser, contentType string, size int64, err error) {
	if !avatarName.MatchString(file) {
		return nil, "", 0, noPicture()
	}
	data, contentType, size, err = s.opener.Open(ctx, avatarKey(file))
	if errors.Is(err, ErrNotFound) {
		return nil, "", 0, noPicture()
	}
	return data, contentType, size, err
}

func noPicture() error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no such picture; the profile knows the current one.")
}
