package demo

var byWeight = Text{"Berat", "Weight"}

func coffee() []Product {
	return []Product{
		{
			"kopi-gayo-aceh", "kopi",
			Text{"Kopi Gayo Aceh", "Gayo Coffee, Aceh"},
			Text{
				"Arabika dataran tinggi Gayo, giling basah, sangrai sedang. Rempah lembut, cokelat hitam, tubuh tebal dengan keasaman rendah.",
				"Arabica from the Gayo highlands, wet-hulled, medium roast. Soft spice and dark chocolate, a full body and little acidity.",
			},
			byWeight, weights("KOP-GAYO", 45000, 98000, 345000),
			Art{Bag, 0x3b2a20, 0xd98e3f},
		},
		{
			"kopi-toraja-sapan", "kopi",
			Text{"Kopi Toraja Sapan", "Sapan Toraja Coffee"},
			Text{
				"Dari kebun kecil di Sapan pada 1.700 meter. Kayu manis, gula aren dan sedikit jeruk bali di akhir tegukan.",
				"From small gardens in Sapan at 1,700 metres. Cinnamon, palm sugar and a little pomelo at the end of the sip.",
			},
			byWeight, weights("KOP-TORAJA", 49000, 108000, 385000),
			Art{Bag, 0x5a2d1f, 0xe8c07d},
		},
		{
			"kopi-kintamani-bali", "kopi",
			Text{"Kopi Kintamani Bali", "Kintamani Coffee, Bali"},
			Text{
				"Ditanam di antara pohon jeruk di lereng Gunung Batur. Cerah, manis, wangi jeruk mandarin; paling enak diseduh manual.",
				"Grown between citrus trees on the slopes of Mount Batur. Bright and sweet with mandarin on the nose; best as a pour-over.",
			},
			byWeight, weights("KOP-KINTA", 47000, 105000, 370000),
			Art{Bag, 0x2f4a3a, 0xf2a33c},
		},
		{
			"kopi-robusta-temanggung", "kopi",
			Text{"Kopi Robusta Temanggung", "Temanggung Robusta"},
			Text{
				"Robusta petik merah dari lereng Sindoro, sangrai gelap. Kuat dan pahit-manis, untuk kopi tubruk dan kopi susu.",
				"Ripe-picked robusta from the slopes of Sindoro, dark roast. Strong and bittersweet, for kopi tubruk and milk coffee.",
			},
			byWeight, weights("KOP-TEMANG", 28000, 62000, 215000),
			Art{Bag, 0x221a17, 0xa63d2f},
		},
		{
			"kopi-flores-bajawa", "kopi",
			Text{"Kopi Flores Bajawa", "Bajawa Coffee, Flores"},
			Text{
				"Arabika tanah vulkanik Ngada. Kacang panggang, karamel dan bunga, halus sampai dingin.",
				"Arabica from the volcanic soil of Ngada. Roasted nuts, caramel and blossom, smooth until it is cold.",
			},
			byWeight, weights("KOP-BAJAWA", 46000, 102000, 360000),
			Art{Bag, 0x40304f, 0xe0b05a},
		},
		{
			"cangkir-kopi-tanah-liat", "kopi",
			Text{"Cangkir Kopi Tanah Liat", "Clay Coffee Cup"},
			Text{
				"Cangkir 180 ml dari Kasongan, diputar tangan dan diglasir bening di bagian dalam. Aman untuk microwave.",
				"A 180 ml cup from Kasongan, thrown by hand and clear-glazed inside. Safe in the microwave.",
			},
			Text{"Warna", "Colour"},
			[]Variant{
				{"KOP-CUP-TERA", Text{"Terakota", "Terracotta"}, 55000, 310, 60},
				{"KOP-CUP-ARANG", Text{"Arang", "Charcoal"}, 58000, 310, 45},
			},
			Art{Cup, 0xb5562f, 0xf4e3cf},
		},
	}
}

func tea() []Product {
	return []Product{
		{
			"teh-melati-tegal", "teh-rempah",
			Text{"Teh Melati Tegal", "Tegal Jasmine Tea"},
			Text{
				"Teh hijau yang diwangikan dengan bunga melati segar tujuh kali. Untuk teh poci dengan gula batu.",
				"Green tea scented seven times with fresh jasmine. For a clay pot with rock sugar.",
			},
			byWeight, weights("TEH-MELATI", 18000, 39000, 135000),
			Art{Tin, 0x2f6b4f, 0xfff4d6},
		},
		{
			"teh-hitam-kayu-aro", "teh-rempah",
			Text{"Teh Hitam Kayu Aro", "Kayu Aro Black Tea"},
			Text{
				"Daun ortodoks dari kebun di kaki Gunung Kerinci. Seduhan tembaga, rasa malt, tahan diberi susu.",
				"Orthodox leaf from the estate below Mount Kerinci. Copper in the cup, malty, and stands up to milk.",
			},
			byWeight, weights("TEH-KAYUARO", 24000, 52000, 180000),
			Art{Tin, 0x7a2e1d, 0xe9c46a},
		},
		{
			"wedang-uwuh-imogiri", "teh-rempah",
			Text{"Wedang Uwuh Imogiri", "Imogiri Wedang Uwuh"},
			Text{
				"Secang, jahe, cengkih, kayu manis dan daun pala dalam sepuluh kantong. Merah, hangat, tanpa pemanis.",
				"Sappan wood, ginger, clove, cinnamon and nutmeg leaf in ten sachets. Red, warming and unsweetened.",
			},
			Text{},
			single("REM-UWUH", 35000, 220, 90),
			Art{Pouch, 0xa3263a, 0xf6d8b8},
		},
		{
			"lada-hitam-lampung", "teh-rempah",
			Text{"Lada Hitam Lampung", "Lampung Black Pepper"},
			Text{
				"Butir utuh panen tahun ini, pedas tajam dengan wangi kayu. Botol dengan penggiling.",
				"Whole peppercorns of this year's harvest, sharp heat and a woody scent. In a bottle with a grinder.",
			},
			Text{},
			single("REM-LADA", 42000, 180, 75),
			Art{Jar, 0x2b2b2b, 0xc9c2b2},
		},
		{
			"vanili-alor", "teh-rempah",
			Text{"Vanili Alor", "Alor Vanilla"},
			Text{
				"Lima batang vanili planifolia 16 cm, diperam enam bulan. Lentur, berminyak, wangi kismis dan kakao.",
				"Five 16 cm planifolia pods, cured for six months. Supple and oily, with raisin and cocoa on the nose.",
			},
			Text{},
			single("REM-VANILI", 125000, 60, 30),
			Art{Jar, 0x4a2c1a, 0xf1dfb2},
		},
		{
			"gula-aren-bubuk-lebak", "teh-rempah",
			Text{"Gula Aren Bubuk Lebak", "Lebak Palm Sugar"},
			Text{
				"Gula semut dari nira pohon aren Lebak, disaring halus. Karamel gelap untuk kopi, kue dan bubur.",
				"Granulated sugar from the sap of Lebak's areng palms, finely sieved. Dark caramel for coffee, cakes and porridge.",
			},
			byWeight,
			[]Variant{
				{"REM-AREN-250", Text{"250 g", "250 g"}, 26000, 270, 100},
				{"REM-AREN-500", Text{"500 g", "500 g"}, 48000, 530, 70},
			},
			Art{Pouch, 0x8a5a2b, 0xfbe7c6},
		},
	}
}

func snacks() []Product {
	heat := Text{"Tingkat pedas", "Heat"}
	return []Product{
		{
			"sambal-matah-bali", "sambal-camilan",
			Text{"Sambal Matah Bali", "Balinese Sambal Matah"},
			Text{
				"Bawang merah, sereh, cabai rawit dan minyak kelapa, diiris tangan. Simpan dingin, habiskan dalam tiga minggu.",
				"Shallot, lemongrass, bird's eye chilli and coconut oil, sliced by hand. Keep cold and finish within three weeks.",
			},
			heat,
			[]Variant{
				{"SAM-MATAH-SED", Text{"Sedang", "Medium"}, 38000, 260, 60},
				{"SAM-MATAH-PED", Text{"Pedas", "Hot"}, 38000, 260, 60},
			},
			Art{Jar, 0xc1440e, 0x7fb069},
		},
		{
			"sambal-roa-manado", "sambal-camilan",
			Text{"Sambal Roa Manado", "Manado Roa Sambal"},
			Text{
				"Ikan roa asap yang dihaluskan bersama cabai dan tomat. Gurih, berasap, pedas yang datang belakangan.",
				"Smoked roa fish ground with chilli and tomato. Savoury and smoky, with a heat that comes late.",
			},
			heat,
			[]Variant{
				{"SAM-ROA-SED", Text{"Sedang", "Medium"}, 45000, 260, 50},
				{"SAM-ROA-PED", Text{"Pedas", "Hot"}, 45000, 260, 70},
			},
			Art{Jar, 0x8c1c13, 0xf2c14e},
		},
		{
			"keripik-tempe-malang", "sambal-camilan",
			Text{"Keripik Tempe Malang", "Malang Tempeh Crisps"},
			Text{
				"Tempe diiris setipis kertas, digoreng dengan daun jeruk dan ketumbar. Renyah, tanpa MSG.",
				"Tempeh cut thin as paper and fried with lime leaf and coriander. Crisp, without MSG.",
			},
			Text{},
			single("CAM-TEMPE", 22000, 210, 140),
			Art{Pouch, 0xd9a441, 0x6b4226},
		},
		{
			"emping-melinjo-limpung", "sambal-camilan",
			Text{"Emping Melinjo Limpung", "Limpung Melinjo Crackers"},
			Text{
				"Melinjo pilihan dari Batang, dipipihkan satu per satu. Mentah, tinggal goreng lima detik.",
				"Chosen melinjo nuts from Batang, flattened one at a time. Raw: fry for five seconds.",
			},
			Text{},
			single("CAM-EMPING", 54000, 520, 55),
			Art{Pouch, 0xe3c37a, 0x93632b},
		},
		{
			"cokelat-hitam-poso-72", "sambal-camilan",
			Text{"Cokelat Hitam Poso 72%", "Poso Dark Chocolate 72%"},
			Text{
				"Kakao fermentasi dari Poso dan gula tebu, tidak ada yang lain. Ceri kering, kayu, sedikit tembakau.",
				"Fermented cacao from Poso and cane sugar, nothing else. Dried cherry, wood, a little tobacco.",
			},
			Text{},
			single("CAM-COKLAT", 39000, 80, 110),
			Art{Box, 0x3d1f14, 0xd9b26f},
		},
		{
			"bandeng-presto-semarang", "sambal-camilan",
			Text{"Bandeng Presto Semarang", "Semarang Pressure-cooked Milkfish"},
			Text{
				"Dua ekor bandeng berbumbu kunyit, dimasak bertekanan sampai duri lunak. Kemasan vakum, tahan 30 hari di kulkas.",
				"Two milkfish in turmeric spice, pressure-cooked until the bones are soft. Vacuum packed, 30 days in the fridge.",
			},
			Text{},
			single("CAM-BANDENG", 68000, 640, 35),
			Art{Box, 0x33658a, 0xf6ae2d},
		},
	}
}
